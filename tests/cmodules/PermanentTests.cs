using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>What Linux 2.6 kernel/module.c says of init and exit functions that are unusual.</summary>
public sealed class PermanentTests : CModuleFixture
{
    private const string OnlyInit = """
        static int __init t_init(void) { return kmalloc(100, GFP_KERNEL) ? 0 : -ENOMEM; }
        module_init(t_init);
        """;

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void InitWithoutExit_StaysForGood(string profile)
    {
        TestKernel kernel = BootC(profile);
        Assert.That(kernel.Insmod(Module("test", OnlyInit, kernel.Machine.Profile)), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(kernel.Kernel.Modules.Find("test"), Has.Property(nameof(LoadedModule.IsPermanent)).True);
        Assert.That(kernel.Kernel.Modules.Rmmod("test"), Is.EqualTo(Errno.EBUSY));
        Assert.That(kernel.Kernel.Proc.Read("modules"), Does.Match(@"(?m)^test \d+ 0 \[permanent\], Live 0x"));
        kernel.Kernel.Shutdown();
        Assert.That(kernel.Kernel.Leaks, Is.Empty, "it is loaded still, so what it holds is no leak");
        Assert.That(kernel.Lines, Does.Contain("test: not unloaded, -EBUSY: it has an init function and no exit function"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
        ExpectLeftovers();
    }

    [TestCase("")]
    [TestCase("BUG();")]
    public void WhatTheKernelTookForAModuleThatStays_IsNoLeak(string end)
    {
        TestKernel kernel = BootC();
        kernel.Insmod(Module("test", $$"""
            #include <linux/proc_fs.h>
            #include <linux/radix-tree.h>
            #include <linux/seq_file.h>
            static RADIX_TREE(tree, GFP_KERNEL);
            static int show(struct seq_file *file, void *data) { return 0; }
            static int __init t_init(void)
            {
            	if (!proc_create_single("test", 0444, NULL, show) || radix_tree_insert(&tree, 500, &tree))
            		return -ENOMEM;
            	{{end}}
            	return 0;
            }
            module_init(t_init);
            """, kernel.Machine.Profile));
        kernel.Kernel.Shutdown();
        Assert.That(kernel.Kernel.Leaks, Has.None.Matches<Leak>(static leak => leak.Module == "kernel"), () => kernel.LogText);
        ExpectLeftovers();
    }

    [TestCase("module_exit(t_exit); static void __exit t_exit(void) { }")]
    [TestCase("")]
    public void WithoutInit_ItCanGo(string exit)
    {
        TestKernel kernel = BootC();
        CModule module = Module("test", exit.Length == 0 ? "int nothing;" : "static void t_exit(void);" + exit, kernel.Machine.Profile);
        LoadAndUnload(kernel, module);
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [Test]
    public void WhoFailedToLoad_IsNotPermanent()
    {
        TestKernel kernel = BootC();
        CModule module = Module("test", "static int __init t_init(void) { return -ENODEV; }\nmodule_init(t_init);", kernel.Machine.Profile);
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.ENODEV));
        Assert.That(kernel.Kernel.Modules.Find("test"), Is.Null);
    }

    [Test]
    public void InitThatReturnsMoreThanZero_IsToldAndStays()
    {
        TestKernel kernel = BootC();
        CModule module = Module("test", """
            static int __init t_init(void) { return 7; }
            static void __exit t_exit(void) { }
            module_init(t_init); module_exit(t_exit);
            """, kernel.Machine.Profile);
        LoadAndUnload(kernel, module);
        Assert.That(kernel.Lines, Does.Contain("test: init returned 7, which is neither 0 nor a negative error; the module stays loaded"));
        Assert.That(kernel.Kernel.Errors, Is.Zero);
    }

    [TestCase("TASK_INTERRUPTIBLE", "Interruptible")]
    [TestCase("TASK_UNINTERRUPTIBLE", "Uninterruptible")]
    public void WhoReturnsAsASleeper_IsToldAndAwake(string state, string shown)
    {
        TestKernel kernel = BootC();
        kernel.Context.KthreadRun(static k => { k.ScheduleTimeout(5); return Errno.Success; }, "other");
        CModule module = Init($"\tset_current_state({state});", kernel.Machine.Profile, "#include <linux/sched.h>");
        LoadAndUnload(kernel, module);
        Assert.That(kernel.LogText, Does.Contain($"BUG: insmod/1 returns to user space in state {shown}: Linux would let it sleep for ever"));
        Assert.That(kernel.Kernel.Errors, Is.EqualTo(1), () => kernel.LogText);
    }

    [Test]
    public void AnOopsEndsWhateverItWasAboutToWaitFor()
    {
        TestKernel kernel = BootC();
        CModule module = Init("\tset_current_state(TASK_INTERRUPTIBLE);\n\tBUG();", kernel.Machine.Profile, "#include <linux/sched.h>");
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.EIO));
        Assert.That(kernel.Kernel.Errors, Is.EqualTo(1), () => kernel.LogText);
        LoadAndUnload(kernel, Sample("conveyor", kernel.Machine.Profile));
        ExpectLeftovers();
    }

    [TestCase("a-b.c.v2", "a_b_c_v2")]
    [TestCase("plain", "plain")]
    public void FilesNames_BecomeWordsOfC(string file, string name) => Assert.That(CBuild.ModuleName(file), Is.EqualTo(name));

    [Test]
    public void ModinfoNamesTheModule_WhateverItsFileIsCalled()
    {
        TestKernel kernel = BootC();
        CModule module = Module("file", "MODULE_INFO(name, \"inside\");", kernel.Machine.Profile);
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.Success));
        Assert.That(kernel.Kernel.Modules.Rmmod("inside"), Is.EqualTo(Errno.Success));
    }

    [TestCase("MODULE_INFO(name, \"in side\");", "it has a name that is not of letters, digits, _ and -, 56 at the most")]
    [TestCase("MODULE_INFO(name, \"\");", "it has no name")]
    [TestCase("MODULE_INFO(parmtype, \"a:int\");\nMODULE_INFO(parmtype, \"a:short\");", "it has two parameters called a")]
    public void NamesNobodyCanHave_AreRefused(string code, string refusal)
    {
        TestKernel kernel = BootC();
        Assert.That(() => Module("test", code, kernel.Machine.Profile), Throws.TypeOf<ElfFormatException>().With.Message.EqualTo(refusal));
    }
}
