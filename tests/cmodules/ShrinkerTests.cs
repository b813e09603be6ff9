using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>linux/shrinker.h: a C module gives memory back when a request finds none.</summary>
public sealed class ShrinkerTests : CModuleFixture
{
    private const string Hoard = """
        #define MOST 400
        static void *pages[MOST];
        static unsigned long kept, counts, scans, most_at_once, seen_flags;

        static unsigned long let_go(unsigned long wanted)
        {
        	unsigned long before = kept;
        	scans++;
        	most_at_once = max(most_at_once, wanted);
        	for (; wanted && kept; wanted--)
        		free_page((unsigned long)pages[--kept]);
        	return before - kept;
        }
        #ifdef MK_API_2_6_24
        static int shrink(int wanted, gfp_t flags)
        {
        	seen_flags |= flags;
        	if (!wanted)
        		counts++;
        	else
        		let_go(wanted);
        	return kept;
        }
        static struct shrinker hoard = { .shrink = shrink, .seeks = DEFAULT_SEEKS };
        #else
        static unsigned long count(struct shrinker *me, struct shrink_control *control) { counts++; seen_flags |= control->gfp_mask; return kept ?: SHRINK_EMPTY; }
        static unsigned long scan(struct shrinker *me, struct shrink_control *control) { return let_go(control->nr_to_scan); }
        static struct shrinker hoard = { .count_objects = count, .scan_objects = scan, .seeks = DEFAULT_SEEKS, .batch = BATCH };
        #endif

        static int __init hoard_init(void)
        {
        	LIST_HEAD(taken);
        	unsigned long page, more = 0;
        	while (kept < MOST && (page = __get_free_page(GFP_KERNEL)))
        		pages[kept++] = (void *)page;
        	BUG_ON(kept != MOST);
        	register_shrinker(&hoard);
        	while (kept && (page = __get_free_page(GFP_KERNEL | __GFP_NOWARN))) {
        		list_add((struct list_head *)page, &taken);
        		more++;
        	}
        	while (!list_empty(&taken)) {
        		struct list_head *first = taken.next;
        		list_del(first);
        		free_page((unsigned long)first);
        	}
        	printk(KERN_INFO "kept %lu, counted %d, scanned %lu times, %lu at most, flags %lx, more: %d\n",
        	       kept, counts > 0, scans, most_at_once, seen_flags, more > MOST / 2);
        	unregister_shrinker(&hoard);
        	return 0;
        }
        static void __exit hoard_exit(void) { while (kept) free_page((unsigned long)pages[--kept]); }
        module_init(hoard_init);
        module_exit(hoard_exit);
        """;

    // 400 pages: 128, 128 and 128 in the first reclaim, 16 in the second; in batches of 300, 300 and 100.
    [TestCase(KernelApi.Modern, "0", "scanned 4 times, 128 at most")]
    [TestCase(KernelApi.Modern, "300", "scanned 2 times, 300 at most")]
    [TestCase(KernelApi.Linux2624, "0", "scanned 4 times, 128 at most")]
    public void ObjectsGoInBatches_UntilThereAreNoMore(KernelApi api, string batch, string scans)
    {
        KernelOptions options = new() { Api = api };
        TestKernel kernel = BootC("lab-4m", options: options);
        LoadAndUnload(kernel, Module("hoard", $"#define BATCH {batch}\n{Hoard}", kernel.Machine.Profile, options));
        Assert.That(kernel.LogText, Does.Contain($"kept 0, counted 1, {scans}, flags 2d0, more: 1"));   // GFP_KERNEL | __GFP_NOWARN
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [Test]
    public void WhoTookWhatAShrinkerMadeRoomFor_IsNamed()
    {
        ExpectLeftovers();
        TestKernel kernel = BootC("lab-4m");
        const string before = """
            static void *kept;
            static unsigned long count(struct shrinker *s, struct shrink_control *c) { return kept != NULL; }
            static unsigned long scan(struct shrinker *s, struct shrink_control *c) { free_page((unsigned long)kept); kept = NULL; return 1; }
            static struct shrinker s = { .count_objects = count, .scan_objects = scan };
            """;
        kernel.Insmod(Init("\tkept = (void *)__get_free_page(GFP_KERNEL);\n\tregister_shrinker(&s);\n\twhile (kept && __get_free_page(GFP_KERNEL | __GFP_NOWARN))\n\t\t;\n\tunregister_shrinker(&s);", kernel.Machine.Profile, before));
        kernel.Kernel.Modules.Rmmod("test");
        Assert.That(kernel.Kernel.Leaks, Has.Count.EqualTo(1).And.One.Matches<Leak>(static leak => leak.Site.Member.StartsWith("test_init+0x", StringComparison.Ordinal)), () => kernel.LogText);
    }

    [TestCase("register_shrinker(&s);", "test: left behind 1 shrinker(s); withdrawn")]
    [TestCase("register_shrinker(&s); register_shrinker(&s);", "it is registered already")]
    [TestCase("unregister_shrinker(&s);", "it is not registered")]
    public void MistakesAreTold(string statements, string report)
    {
        ExpectLeftovers();
        TestKernel kernel = BootC();
        const string before = "static unsigned long none(struct shrinker *s, struct shrink_control *c) { return 0; }\nstatic struct shrinker s = { .count_objects = none, .scan_objects = none };";
        kernel.Insmod(Init($"\t{statements}", kernel.Machine.Profile, before));
        kernel.Kernel.Modules.Rmmod("test");
        Assert.That(kernel.LogText, Does.Contain(report));
        Assert.That(kernel.Kernel.Errors, Is.Not.Zero);
    }

    [Test]
    public void AnOopsInAShrinker_StopsItsModuleAlone()
    {
        ExpectLeftovers();
        TestKernel kernel = BootC("lab-4m");
        const string before = "static unsigned long bad(struct shrinker *s, struct shrink_control *c) { return *s->nr_deferred; }\nstatic struct shrinker s = { .count_objects = bad, .scan_objects = bad };";
        Assert.That(kernel.Insmod(Init("\tregister_shrinker(&s);", kernel.Machine.Profile, before)), Is.EqualTo(Errno.Success));
        while (!kernel.Context.GetFreePages(Mm.GfpFlags.Kernel | Mm.GfpFlags.NoWarn, 0).IsNull)
            ;
        Assert.That(kernel.LogText, Does.Contain("EIP is at bad+0x").And.Contain("[test]"));
        Assert.That(kernel.Kernel.Errors, Is.EqualTo(1));
    }
}
