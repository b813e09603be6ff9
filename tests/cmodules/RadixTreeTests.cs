using MiniKernel.Core;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>linux/radix-tree.h: the kernel's trees beside an array in the module, in both APIs.</summary>
[TestFixture(WatchMode.Tracked), TestFixture(WatchMode.Shadow)]
public sealed class RadixTreeTests(WatchMode watch) : CModuleFixture(watch)
{
    // Indexes around the ends of nodes and of everything; items come, go and are marked at random, and everything is compared.
    private const string Model = """
        #include <linux/radix-tree.h>
        #include <linux/random.h>
        #define COUNT 24
        static RADIX_TREE(tree, GFP_KERNEL);
        static unsigned long indexes[COUNT] = { 0, 1, 2, 31, 32, 62, 63, 64, 65, 127, 128, 4094, 4095, 4096, 4097, 8191, 262143, 262144, 262145, 1 << 24, 0x7fffffff, 0x80000000UL };
        static char items[COUNT][4] __aligned(4);
        static bool is_in[COUNT], marked[COUNT][2];

        static void check(void)
        {
        	void *found[COUNT];
        	void **slots[COUNT];
        	unsigned int i, n, got, tag, any[2] = { 0, 0 };
        	for (i = 0; i < COUNT; i++) {
        		BUG_ON(radix_tree_lookup(&tree, indexes[i]) != (is_in[i] ? items[i] : NULL));
        		for (tag = 0; tag < 2; tag++) {
        			BUG_ON(!radix_tree_tag_get(&tree, indexes[i], tag) != !marked[i][tag]);
        			any[tag] += marked[i][tag];
        		}
        	}
        	BUG_ON(!radix_tree_tagged(&tree, 0) != !any[0] || !radix_tree_tagged(&tree, 1) != !any[1]);
        	got = radix_tree_gang_lookup(&tree, found, 0, COUNT);
        	for (i = 0, n = 0; i < COUNT; i++)
        		if (is_in[i])
        			BUG_ON(n >= got || found[n++] != items[i]);
        	BUG_ON(n != got || radix_tree_gang_lookup_slot(&tree, slots, 0, COUNT) != got);
        	for (i = 0; i < got; i++)
        		BUG_ON(radix_tree_deref_slot(slots[i]) != found[i]);
        	for (tag = 0; tag < 2; tag++) {
        		got = radix_tree_gang_lookup_tag(&tree, found, 0, COUNT, tag);
        		for (i = 0, n = 0; i < COUNT; i++)
        			if (marked[i][tag])
        				BUG_ON(n >= got || found[n++] != items[i]);
        		BUG_ON(n != got || got != any[tag]);
        	}
        }
        """;

    private const string Steps = """
        	unsigned int step, i, n, left = 0;
        	struct radix_tree_iter iter;
        	void **slot;
        	indexes[22] = ~0UL - 64;
        	indexes[23] = ~0UL;
        	for (step = 0; step < 300; step++) {
        		i = prandom_u32() % COUNT;
        		switch (prandom_u32() % 5) {
        		case 0: case 1:
        			BUG_ON(radix_tree_insert(&tree, indexes[i], items[i]) != (is_in[i] ? -EEXIST : 0));
        			is_in[i] = true;
        			break;
        		case 2:
        			BUG_ON(radix_tree_delete(&tree, indexes[i]) != (is_in[i] ? items[i] : NULL));
        			is_in[i] = marked[i][0] = marked[i][1] = false;
        			break;
        		case 3:
        			if (!is_in[i])
        				break;
        			n = prandom_u32() & 1;
        			BUG_ON(radix_tree_tag_set(&tree, indexes[i], n) != items[i]);
        			marked[i][n] = true;
        			break;
        		default:
        			n = prandom_u32() & 1;
        			BUG_ON(radix_tree_tag_clear(&tree, indexes[i], n) != (is_in[i] ? items[i] : NULL));
        			marked[i][n] = false;
        			break;
        		}
        		if (step % 4 == 0)
        			check();
        	}
        	for (i = 0; i < COUNT; i++)
        		left += is_in[i];
        	n = 0;
        	radix_tree_for_each_slot(slot, &tree, &iter, 0) {
        		BUG_ON(radix_tree_lookup_slot(&tree, iter.index) != slot);
        		n++;
        	}
        	BUG_ON(n != left);
        	n = 0;
        	radix_tree_for_each_tagged(slot, &tree, &iter, 0, 1) {
        		BUG_ON(!radix_tree_tag_get(&tree, iter.index, 1));
        		n++;
        	}
        	for (i = 0; i < COUNT; i++)
        		n -= marked[i][1];
        	BUG_ON(n);
        	radix_tree_for_each_slot(slot, &tree, &iter, 0)
        		radix_tree_iter_delete(&tree, &iter, slot);
        	BUG_ON(!radix_tree_empty(&tree) || tree.height || tree.gfp_mask != GFP_KERNEL);
        """;

    [Test]
    public void TreeIsWhatAnArrayIs([Values("i386-32", "x86-64-2g")] string profile, [Values] KernelApi api)
    {
        KernelOptions options = new() { Api = api };
        TestKernel kernel = BootC(profile, options: options);
        LoadAndUnload(kernel, Init(Steps, kernel.Machine.Profile, Model, options));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
        Assert.That(kernel.Mm.FindCache("radix_tree_node"), Is.Null, "it goes with the last C module");
    }

    [TestCase("i386-32", 288)]
    [TestCase("x86-64-2g", 552)]
    public void NodesAreLinuxNodesAndLeakAsTheDrivers(string profile, int bytes)
    {
        TestKernel kernel = BootC(profile);
        ExpectLeftovers();
        Assert.That(
            kernel.Insmod(Init("""
                	BUG_ON(radix_tree_insert(&tree, 0, &tree) || tree.height || radix_tree_insert(&tree, 5000, &tree) || tree.height != 3);
                	BUG_ON(radix_tree_next_hole(&tree, 0, 10) != 1 || radix_tree_next_hole(&tree, 7, 10) != 7 || radix_tree_prev_hole(&tree, 5000, 10) != 4999);
                	BUG_ON(radix_tree_delete_item(&tree, 0, "another") || radix_tree_delete_item(&tree, 0, &tree) != &tree || tree.height != 3);
                """, kernel.Machine.Profile, "#include <linux/radix-tree.h>\nstatic RADIX_TREE(tree, GFP_KERNEL);")), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(kernel.Mm.FindCache("radix_tree_node")!.ObjectSize, Watch == WatchMode.Shadow ? Is.GreaterThanOrEqualTo((ulong)bytes) : Is.EqualTo((ulong)bytes));
        kernel.Kernel.Modules.Rmmod("test");
        Assert.That(kernel.LogText, Does.Contain("test: leaked 3 x radix_tree_node, "));
    }

    [Test]
    public void ReserveServesWhoMayNotSleep()
    {
        TestKernel kernel = BootC(options: new KernelOptions { Faults = [new FaultRule { Interval = 1, Cache = "radix_tree_node", Gfp = GfpFlags.Atomic }] });
        LoadAndUnload(kernel, Init("""
            	BUG_ON(radix_tree_insert(&tree, 5000, &tree) != -ENOMEM);
            	BUG_ON(radix_tree_preload(GFP_KERNEL) || !in_atomic());
            	BUG_ON(radix_tree_insert(&tree, 5000, &tree));
            	radix_tree_preload_end();
            	BUG_ON(in_atomic() || radix_tree_lookup(&tree, 5000) != &tree || radix_tree_delete(&tree, 5000) != &tree);
            """, kernel.Machine.Profile, "#include <linux/radix-tree.h>\n#include <linux/hardirq.h>\nstatic RADIX_TREE(tree, GFP_ATOMIC);"));
    }

    [TestCase("tree.height = 7;", @"the radix tree at 0x[0-9a-f]+ has a height of 7")]
    [TestCase("radix_tree_insert(&tree, 100, (void *)3);", "radix_tree_insert: the lowest bit of 00000003 is set")]
    [TestCase("radix_tree_tag_set(&tree, 1, 0);", "radix_tree_tag_set: there is no item at 1")]
    [TestCase("radix_tree_tag_get(&tree, 1, 2);", "radix trees have no tag 2")]
    [TestCase("tree.height = 2; tree.rnode = (void *)0x11; radix_tree_lookup(&tree, 1000);", "BUG: unable to handle kernel NULL pointer dereference")]
    public void DamageIsABug(string statements, string report)
    {
        TestKernel kernel = BootC();
        ExpectLeftovers();
        string before = "#include <linux/radix-tree.h>\nstatic RADIX_TREE(tree, GFP_KERNEL);";
        Assert.That(kernel.Insmod(Init($"\tradix_tree_insert(&tree, 64, &tree);\n\t{statements}\n\tradix_tree_lookup(&tree, 1);", kernel.Machine.Profile, before)), Is.Not.EqualTo(Errno.Success));
        Assert.That(kernel.LogText, Does.Match(report));
    }
}
