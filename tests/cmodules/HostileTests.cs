using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Modules that mean harm: each ends in a refusal, an oops or a report, and others go on as if it had never been there.</summary>
public sealed class HostileTests : CModuleFixture
{
    private const string Headers = """
        #include <linux/delay.h>
        #include <linux/fs.h>
        #include <linux/interrupt.h>
        #include <linux/kthread.h>
        #include <linux/list_sort.h>
        #include <linux/mempool.h>
        #include <linux/mutex.h>
        #include <linux/proc_fs.h>
        #include <linux/radix-tree.h>
        #include <linux/random.h>
        #include <linux/rbtree.h>
        #include <linux/seq_file.h>
        #include <linux/timer.h>
        #include <linux/uaccess.h>
        #include <linux/vmalloc.h>
        #include <linux/workqueue.h>

        """;

    private const string Victim = """
        static struct kmem_cache *cache;
        static struct task_struct *thread;
        static int ticks;
        int victim_value = 42; EXPORT_SYMBOL(victim_value);
        static void tick(struct timer_list *timer) { ticks++; mod_timer(timer, jiffies + 5); }
        static DEFINE_TIMER(timer, tick);
        static int toil(void *data) { while (!kthread_should_stop()) msleep(5); return 0; }
        static ssize_t victim_read(struct file *file, char __user *buffer, size_t count, loff_t *position)
        {
        	return simple_read_from_buffer(buffer, count, position, "still here\n", 11);
        }
        static const struct file_operations operations = { .owner = THIS_MODULE, .read = victim_read };
        static int __init victim_init(void)
        {
        	cache = kmem_cache_create("victim_cache", 100, 0, 0, NULL);
        	thread = kthread_run(toil, NULL, "victimd");
        	mod_timer(&timer, jiffies + 5);
        	return register_chrdev(60, "victim", &operations);
        }
        static void __exit victim_exit(void)
        {
        	unregister_chrdev(60, "victim");
        	del_timer_sync(&timer);
        	kthread_stop(thread);
        	kmem_cache_destroy(cache);
        }
        module_init(victim_init);
        module_exit(victim_exit);
        """;

    private static readonly KernelOptions _options = new() { InstructionBudget = 3_000_000 };

    // What is done in init, what it needs before, and what must be said of it.
    private static IEnumerable<TestCaseData> Deeds()
    {
        yield return Deed("TreeInACircle", "rb_link_node(&a, NULL, &root.rb_node); a.rb_left = &a; rb_first(&root);", "soft lockup", "static struct rb_root root; static struct rb_node a;");
        yield return Deed("TreeOfRedNodes", "a.__rb_parent_color = (long)&b; b.__rb_parent_color = (long)&a; a.rb_left = a.rb_right = &b; b.rb_left = b.rb_right = &a; root.rb_node = &a; rb_insert_color(&a, &root);",
            "", "static struct rb_root root; static struct rb_node a, b;");
        yield return Deed("ListWithoutEnd", "a.next = &b; b.next = &b; list_sort(NULL, &a, compare);", "soft lockup",
            "static struct list_head a, b; static int compare(void *data, struct list_head *x, struct list_head *y) { return 0; }");
        yield return Deed("FasyncListWithoutEnd", "f.magic = 0x4601; f.fa_next = &f; list = &f; kill_fasync(&list, 29, 1);", "soft lockup", "static struct fasync_struct f, *list;");
        yield return Deed("SearchesForEver", "for (;;) if (strstr(text, \"b\")) break;", "soft lockup", "static char text[60000] = { [0 ... 59998] = 'a' };");
        yield return Deed("FormatsForEver", "for (;;) snprintf(text, 10, \"%4000d%4000d%4000d%4000d%4000d%4000d%4000d%4000d\", 1, 2, 3, 4, 5, 6, 7, 8);", "soft lockup", "static char text[10];");
        yield return Deed("RandomForEver", "for (;;) get_random_bytes(text, sizeof(text));", "soft lockup", "static char text[60000];");
        yield return Deed("NumbersForEver", "for (;; i++) register_chrdev_region(MKDEV(240, i), 1, \"many\");", "soft lockup", "static int i;");
        yield return Deed("FilesForEver", "for (;;) { sprintf(name, \"f%d\", i++); proc_mkdir(name, NULL); }", "soft lockup", "static int i; static char name[20];");
        yield return Deed("HugeRequests", """
            	static const size_t sizes[] = { (size_t)-1, (size_t)-64, (size_t)-4096, (size_t)1 << 31, 0xffffffc0u };
            	int i;
            	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
            		BUG_ON(kmalloc(sizes[i], GFP_KERNEL) || vmalloc(sizes[i]) || kzalloc(sizes[i], GFP_ATOMIC) || kcalloc(sizes[i], 64, GFP_KERNEL));
            		BUG_ON(krealloc(NULL, sizes[i], GFP_KERNEL) || alloc_pages_exact(sizes[i], GFP_KERNEL) || kmemdup("x", sizes[i], GFP_KERNEL));
            	}
            	BUG_ON(__get_free_pages(GFP_KERNEL, 1000) || __get_free_pages(GFP_KERNEL, -1));
            """, "");
        yield return Deed("HugeCache", "kmem_cache_create(\"huge\", -64, 0, 0, NULL);", "kmem_cache_create");
        yield return Deed("HugeAlignment", "kmem_cache_create(\"aligned\", 64, 0x80000000u, 0, NULL);", "");
        yield return Deed("HugePool", "BUG_ON(mempool_create_kmalloc_pool(0x7fffffff, 0x10000));", "");
        yield return Deed("HugeDump", "print_hex_dump(KERN_INFO, \"\", DUMP_PREFIX_NONE, 16, 1, text, 0x7fffffff, 1);", "paging request", "static char text[100];");
        yield return Deed("WrongWords", "printk(words, (int *)8, -5, -5, \"a\", \"b\", \"c\", \"d\");", "", "static char words[] = \"%n %*.*f %y %s %pZ %lls %123456789s %|\\n\";");
        yield return Deed("MoreArgumentsThanStack", "printk(many);", "not on the stack", "static char many[3000 * 2 + 1]; static void fill(void) { int i; for (i = 0; i < 3000; i++) memcpy(many + 2 * i, \"%d\", 3); }", "fill();");
        yield return Deed("TextOfNobody", "printk(\"%s\\n\", (char *)0x40000000);", "paging request at virtual address 0*40000000");
        yield return Deed("OthersDevice", "unregister_chrdev(60, \"mine\");", "");
        yield return Deed("OthersThread", "kthread_stop(&init_task);", "");
        yield return Deed("OthersCache", "kmem_cache_destroy((void *)malloc_sizes[3].cs_cachep);", "");
        yield return Deed("KernelsProcFile", "remove_proc_entry(\"slabinfo\", NULL);", "");
        yield return Deed("OwnStructOverwritten", "memset(THIS_MODULE, 0xff, sizeof(struct module));", "");
        yield return Deed("OwnCodeFreed", "vfree(test_init); kfree(THIS_MODULE); kfree(test_init);", "vfree|kfree");
        yield return Deed("OwnStackFreed", "{ long here = 1; kfree(&here); vfree((void *)((long)&here & ~8191L)); }", "kfree");
        yield return Deed("MoreThanItHas", "module_put(THIS_MODULE); module_put(THIS_MODULE);", "nobody has got it");
        yield return Deed("ModuleThatIsNone", "try_module_get((struct module *)kmalloc(200, GFP_KERNEL));", "there is no module at that address");
        yield return Deed("ThreadAtNoFunction", "kthread_run((void *)0x1234, NULL, \"wild\"); msleep(10);", "paging request at virtual address 0*1234");
        yield return Deed("TimerAtNoFunction", "timer.function = (void *)0x1234; mod_timer(&timer, jiffies + 1); msleep(10);", "paging request at virtual address 0*1234", "static void nothing(struct timer_list *t) { } static DEFINE_TIMER(timer, nothing);");
        yield return Deed("WorkAtData", "work.func = (void *)&work; schedule_work(&work); msleep(10);", "paging request", "static void nothing(struct work_struct *w) { } static DECLARE_WORK(work, nothing);");
        yield return Deed("HandlerAtNoFunction", "BUG_ON(request_irq(11, (void *)0x1234, 0, \"wild\", &timer)); free_irq(11, &timer);", "", "static int timer;");
        yield return Deed("WorkThatMakesItselfForEver", "schedule_work(&work);", "left behind|", "static void again(struct work_struct *w) { schedule_work(w); } static DECLARE_WORK(work, again);");
        yield return Deed("TimerThatMakesItselfForEver", "mod_timer(&timer, jiffies); msleep(5);", "left behind|", "static void again(struct timer_list *t) { mod_timer(t, jiffies); } static DEFINE_TIMER(timer, again);");
        yield return Deed("RadixTreeOfNoNodes", "root.height = 1; root.rnode = (void *)(node + 1); ((int *)node)[1] = 1; memset(node + 8, 0x10, 72 * sizeof(long)); radix_tree_delete(&root, 3);", "is no node",
            "static RADIX_TREE(root, GFP_KERNEL); static char node[1000] __attribute__((aligned(8)));");
        yield return Deed("HugeSeqFile", "m.buf = text; m.size = (size_t)-1; seq_write(&m, text, (size_t)-1 / 4);", "paging request", "static struct seq_file m; static char text[100];");
        yield return Deed("LeavesEverything", """
            	mod_timer(&timer, jiffies + 3);
            	schedule_work(&work);
            	kthread_run(toil, NULL, "left");
            	BUG_ON(request_irq(11, handler, 0, "left", &timer) || register_chrdev(61, "left", &operations) || !proc_mkdir("left", NULL) || !kmem_cache_create("left", 40, 0, 0, NULL));
            	BUG_ON(!kmalloc(50, GFP_KERNEL) || !vmalloc(5000) || !alloc_pages(GFP_KERNEL, 1));
            """, "(?s)left behind.*leaked 1 x size-64, 50 bytes", """
            static void tick(struct timer_list *t) { mod_timer(t, jiffies + 1); }
            static void toiling(struct work_struct *w) { }
            static DEFINE_TIMER(timer, tick);
            static DECLARE_WORK(work, toiling);
            static int toil(void *data) { for (;;) msleep(1000); return 0; }
            static irqreturn_t handler(int irq, void *data) { return IRQ_HANDLED; }
            static const struct file_operations operations = { .owner = THIS_MODULE };
            """);
    }

    [TestCaseSource(nameof(Deeds))]
    public void OthersGoOn(string deed, string said, string before, string first)
    {
        foreach (string profile in (string[])["i386-32", "x86-64-2g"])
        {
            TestKernel kernel = BootC(profile, options: _options);
            Assert.That(kernel.Insmod(Module("victim", Headers + Victim, kernel.Machine.Profile)), Is.EqualTo(Errno.Success), () => kernel.LogText);
            CModule hostile = Init($"\t{first}\n\t{deed}", kernel.Machine.Profile, Headers + before);
            Errno loaded = kernel.Insmod(hostile);
            kernel.Kernel.Time.Idle(20 * MiniKernel.Hal.VirtualClock.NsPerJiffy);
            Errno unloaded = loaded == Errno.Success ? kernel.Kernel.Modules.Rmmod("test") : loaded;
            Assert.That(unloaded, Is.AnyOf(Errno.Success, Errno.EIO, Errno.EBUSY), () => kernel.LogText);
            Assert.That(kernel.LogText, Does.Match(said));
            Assert.That(kernel.LogText, Does.Not.Contain("Exception in module"), "an oops is of the machine, not of the host program");
            LoadAndUnload(kernel, Sample("list", kernel.Machine.Profile));
            Assert.That(kernel.LogText, Does.Contain("1994: Bonwick"));
            kernel.Kernel.Shutdown();
        }
        ExpectLeftovers();
    }

    [Test]
    public void TwoModulesExportOneSymbol_TheSecondIsRefused()
    {
        TestKernel kernel = BootC();
        Assert.That(kernel.Insmod(Module("one", "int shared; EXPORT_SYMBOL(shared);", kernel.Machine.Profile)), Is.EqualTo(Errno.Success));
        Assert.That(kernel.Insmod(Module("two", "int shared; EXPORT_SYMBOL(shared);", kernel.Machine.Profile)), Is.EqualTo(Errno.ENOEXEC));
        Assert.That(kernel.Lines, Does.Contain("two: exports shared, which module one exports already"));
        Assert.That(kernel.Kernel.Modules.Rmmod("one"), Is.EqualTo(Errno.Success));
        LoadAndUnload(kernel, Module("two", "int shared; EXPORT_SYMBOL(shared);", kernel.Machine.Profile));
    }

    [Test]
    public void WhoExportsWhatTheKernelExports_IsTold_AndOthersGetTheKernels()
    {
        TestKernel kernel = BootC();
        Assert.That(kernel.Insmod(Module("thief", "void *vmalloc(unsigned long size) { BUG(); return NULL; } EXPORT_SYMBOL(vmalloc);", kernel.Machine.Profile)), Is.EqualTo(Errno.Success));
        Assert.That(kernel.Lines, Does.Contain("thief: exports vmalloc, which the kernel exports too: other modules get the kernel's"));
        LoadAndUnload(kernel, Init("\tvfree(vmalloc(100));", kernel.Machine.Profile, "#include <linux/vmalloc.h>"));
        Assert.That(kernel.Kernel.Modules.Rmmod("thief"), Is.EqualTo(Errno.Success));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("i386-highmem", "", "Success")]
    [TestCase("i386-highmem", "BUG();", "EIO")]
    [TestCase("x86-64-2g", "", "Success")]
    public void PlacesOfKmapAtomic_AreEmptyAgain_WhenWhoFilledThemIsThrough(string profile, string end, string result)
    {
        const string header = "#include <linux/highmem.h>";
        ExpectLeftovers();
        TestKernel kernel = BootC(profile);
        Assert.That(kernel.Insmod(Init($"\tint i; for (i = 0; i < KM_TYPE_NR; i++) kmap_atomic(alloc_page(GFP_HIGHUSER)); {end}", kernel.Machine.Profile, header)).ToString(), Is.EqualTo(result));
        kernel.Kernel.Modules.Rmmod("test");
        Errno second = kernel.Insmod(Module("second", """
            static int __init second_init(void)
            {
            	struct page *page = alloc_page(GFP_HIGHUSER);
            	char *first = kmap_atomic(page), *again = kmap_atomic(page);
            	first[0] = 5;
            	BUG_ON(again[0] != 5);
            	kunmap_atomic(again);
            	kunmap_atomic(first);
            	__free_page(page);
            	return 0;
            }
            module_init(second_init);
            """.Insert(0, header + "\n"), kernel.Machine.Profile));
        Assert.That(second, Is.EqualTo(Errno.Success), () => kernel.LogText);
    }

    [Test]
    public void HugeModinfo_IsReadInTime()
    {
        TestKernel kernel = BootC();
        string parameters = string.Join('\n', Enumerable.Range(0, 1500).Select(i => $"static int p{i}; module_param(p{i}, int, 0);"));
        CModule module = Module("test", $"MODULE_DESCRIPTION(\"{new string('d', 65_000)}\"); static int many[20000]; module_param_array(many, int, NULL, 0);\n{parameters}", kernel.Machine.Profile);
        Assert.That(kernel.Insmod(module, "p1499=7", $"many={string.Join(',', Enumerable.Range(0, 20_000))}"), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(kernel.Kernel.Modules.Rmmod("test"), Is.EqualTo(Errno.Success));
    }

    private static TestCaseData Deed(string name, string deed, string said, string before = "", string first = "") =>
        new TestCaseData(deed, said, before, first).SetArgDisplayNames(name);
}
