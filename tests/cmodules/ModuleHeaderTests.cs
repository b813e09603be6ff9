using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>linux/module.h: who keeps a module from being unloaded, and what other headers it brings.</summary>
public sealed class ModuleHeaderTests : CModuleFixture
{
    [Test]
    public void ModuleSomebodyHasGot_StaysUntilItIsPut()
    {
        TestKernel kernel = BootC();
        CModule got = Module("got", """
            struct module *me = THIS_MODULE;
            EXPORT_SYMBOL(me);
            static int __init got_init(void) { BUG_ON(!try_module_get(THIS_MODULE) || module_refcount(THIS_MODULE) != 1 || !try_module_get(NULL)); return 0; }
            static void __exit got_exit(void) { BUG_ON(try_module_get(THIS_MODULE)); }
            module_init(got_init);
            module_exit(got_exit);
            """, kernel.Machine.Profile);
        Assert.That(kernel.Insmod(got), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(kernel.Kernel.Modules.Rmmod("got"), Is.EqualTo(Errno.EAGAIN));
        LoadAndUnload(kernel, Init("	module_put(me);", kernel.Machine.Profile, "extern struct module *me;"));
        Assert.That(kernel.Kernel.Modules.Rmmod("got"), Is.EqualTo(Errno.Success), () => kernel.LogText);
    }

    [Test]
    public void SymbolThatIsGot_KeepsItsModule([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        const string code = """
            int answer(void) { return 42; }
            EXPORT_SYMBOL(answer);
            static int __init giver_init(void) { return 0; }
            static void __exit giver_exit(void) { }
            module_init(giver_init);
            module_exit(giver_exit);
            """;
        CModule giver = Module("giver", code, kernel.Machine.Profile);
        const string before = "extern int answer(void);\nextern int nowhere;";
        LoadAndUnload(kernel, Init("	BUG_ON(symbol_get(answer) || symbol_get(nowhere) || symbol_get(printk) != printk); symbol_put(printk);", kernel.Machine.Profile, before));
        Assert.That(kernel.Insmod(giver), Is.EqualTo(Errno.Success), () => kernel.LogText);
        LoadAndUnload(kernel, Init("	int (*function)(void) = symbol_get(answer); BUG_ON(!function || function() != 42);", kernel.Machine.Profile, before));
        Assert.That(kernel.Kernel.Modules.Rmmod("giver"), Is.EqualTo(Errno.EAGAIN), "nobody has put it");
        LoadAndUnload(kernel, Init("	int (*function)(void) = symbol_get(answer); symbol_put(answer); symbol_put_addr(function);", kernel.Machine.Profile, before));
        Assert.That(kernel.Kernel.Modules.Rmmod("giver"), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
        ExpectLeftovers();
        Assert.That(kernel.Insmod(Init("	symbol_put(answer);", kernel.Machine.Profile, before)), Is.Not.EqualTo(Errno.Success));
        Assert.That(kernel.LogText, Does.Contain("symbol_put(answer): nobody exports it"));
    }

    [Test]
    public void PutOfAModuleNobodyHasGot_IsSaid()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("	module_put(THIS_MODULE);", kernel.Machine.Profile));
        Assert.That(kernel.LogText, Does.Contain("BUG: module_put(test) at ").And.Contain("nobody has got it"));
    }

    [Test]
    public void PointerThatIsNoModule_IsABug()
    {
        TestKernel kernel = BootC();
        ExpectLeftovers();
        Assert.That(kernel.Insmod(Init("	module_put((struct module *)&number);", kernel.Machine.Profile, "static int number = 1;")), Is.Not.EqualTo(Errno.Success));
        Assert.That(kernel.LogText, Does.Contain("module_put(").And.Contain("there is no module at that address"));
    }

    // linux/kobject.h brings them there; and a macro that ends its own declaration.
    [TestCase("i386-32", KernelApi.Modern)]
    [TestCase("x86-64-2g", KernelApi.Linux2624)]
    public void BringsWhatLinuxsBrings(string profile, KernelApi api)
    {
        KernelOptions options = new() { Api = api };
        TestKernel kernel = BootC(profile, options: options);
        LoadAndUnload(kernel, Alone("brought", """
            #include <linux/module.h>
            #include <linux/rbtree_augmented.h>
            struct item { u32 value, most; struct rb_node rb; struct kref users; struct timer_list timer; struct work_struct work; };
            #define VALUE(item) ((item)->value)
            RB_DECLARE_CALLBACKS_MAX(static, callbacks, struct item, rb, u32, most, VALUE)
            static DEFINE_MUTEX(mutex);
            static DEFINE_PER_CPU(int, count);
            static int __init brought_init(void)
            {
            	mutex_lock(&mutex);
            	per_cpu(count, 0) = div_u64(msecs_to_jiffies(3000), 3) + IS_ERR(&callbacks);
            	mutex_unlock(&mutex);
            	return 0;
            }
            static void __exit brought_exit(void) { }
            module_init(brought_init);
            module_exit(brought_exit);
            """, kernel.Machine.Profile, options));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [Test]
    public void CodeKnowsItsModulesName()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Alone("speaking-name", """
            #define pr_fmt(format) KBUILD_MODNAME ": " format
            #include <linux/module.h>
            #ifndef CONFIG_MODULES
            #error the kernel has modules
            #endif
            static int __init name_init(void)
            {
            	pr_info("here\n");
            	return 0;
            }
            static void __exit name_exit(void)
            {
            }
            module_init(name_init);
            module_exit(name_exit);
            """, kernel.Machine.Profile));
        Assert.That(kernel.Lines, Does.Contain("speaking_name: here"));
    }

    [Test]
    public void InitAndExit_NeedNoSemicolon()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Module("bare", """
            static int __init bare_init(void) { return 0; }
            static void __exit bare_exit(void) { }
            module_init(bare_init)
            module_exit(bare_exit)
            MODULE_LICENSE("GPL");
            """, kernel.Machine.Profile));
    }

    [Test]
    public void ModuleHeaderAlone_IsEnoughForMemory()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Alone("alone", """
            #include <linux/module.h>
            static int __init alone_init(void)
            {
            	void *p = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL);

            	memset(p, 'x', PAGE_SIZE);
            	BUG_ON(page_to_pfn(virt_to_page(p)) != virt_to_phys(p) >> PAGE_SHIFT);
            	free_pages_exact(p, 3 * PAGE_SIZE);
            	return 0;
            }
            static void __exit alone_exit(void)
            {
            }
            module_init(alone_init);
            module_exit(alone_exit);
            """, kernel.Machine.Profile));
    }
}
