using System.Text.RegularExpressions;
using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>What the kernel says of modules that are broken on purpose; after each it goes on.</summary>
[TestFixture(WatchMode.Tracked), TestFixture(WatchMode.Shadow)]
public sealed class BrokenTests(WatchMode watch) : CModuleFixture(watch)
{
    private static readonly KernelOptions _shortBudget = new() { InstructionBudget = 2_000_000 };

    [TestCase("null_write", "BUG: unable to handle kernel NULL pointer dereference at virtual address 0")]
    [TestCase("null_call", "BUG: unable to handle kernel NULL pointer dereference at virtual address 0")]
    [TestCase("unchecked", "BUG: unable to handle kernel NULL pointer dereference at virtual address 0")]
    [TestCase("divide", "divide error: 0000")]
    [TestCase("endless_loop", "executed 2000000 instructions without coming back")]
    [TestCase("stack_overflow", "BUG: stack overflow: ")]
    [TestCase("write_text", "BUG: unable to handle kernel paging request at virtual address ")]
    [TestCase("jump_data", "BUG: unable to handle kernel paging request at virtual address ")]
    public void OopsNamesTheModule(string sample, string headline)
    {
        foreach (string profile in (string[])["i386-32", "x86-64-2g"])
        {
            TestKernel kernel = BootC(profile, options: _shortBudget);
            Assert.That(kernel.Insmod(Sample($"broken/{sample}", kernel.Machine.Profile)), Is.EqualTo(Errno.EIO), () => kernel.LogText);
            Assert.That(kernel.LogText, Does.Contain(headline).And.Contain($"[{sample}]").And.Contain("Call Trace:").And.Contain("Code:"));
            Assert.That(kernel.LogText, Does.Contain($"{sample}: stopped; its memory stays, it cannot be unloaded"));
            GoesOn(kernel);
        }
        ExpectLeftovers();
    }

    [TestCase("out_of_bounds", "slab-out-of-bounds")]
    [TestCase("use_after_free", "slab-use-after-free")]
    [TestCase("table_overrun", "global-out-of-bounds")]
    [TestCase("off_by_one", "slab-out-of-bounds")]
    [TestCase("write_after_free", "slab-use-after-free")]
    public void WhatHarmsNobodyAtOnce_ShadowModeTells(string sample, string kind)
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Sample($"broken/{sample}", kernel.Machine.Profile));
        Assert.That(kernel.Kernel.Errors, Is.EqualTo(Watch == WatchMode.Shadow ? 1 : 0), () => kernel.LogText);
        Assert.That(Regex.Count(kernel.LogText, $@"BUG: KASAN: {kind} in {sample}_init\+0x[0-9a-f]+/0x[0-9a-f]+ \[{sample}\]"), Is.EqualTo(kernel.Kernel.Errors));
    }

    [Test]
    public void OopsShowsTheFaultingInstruction()
    {
        TestKernel kernel = BootC();
        kernel.Insmod(Sample("broken/null_write", kernel.Machine.Profile));
        Assert.That(kernel.LogText, Does.Match(@"EIP is at null_write_init\+0x[0-9a-f]+/0x[0-9a-f]+ \[null_write\]")
            .And.Match(@"Code:.* <c7>( [0-9a-f]{2})*").And.Contain("movl").And.Contain("EAX: 00000000"));
        ExpectLeftovers();
    }

    [Test]
    public void DoubleFreeIsNamed()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Sample("broken/double_free", kernel.Machine.Profile));
        Assert.That(kernel.Kernel.Errors, Is.EqualTo(1), () => kernel.LogText);
        Assert.That(kernel.LogText, Does.Match(@"double_free_init\+0x[0-9a-f]+/0x[0-9a-f]+ \[double_free\]"));
    }

    [Test]
    public void LeakIsListedWithItsCallSite()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Sample("broken/leak", kernel.Machine.Profile));
        Leak leak = kernel.Kernel.Leaks.Single();
        Assert.That((leak.Module, leak.Count), Is.EqualTo(("leak", 1)));
        Assert.That(leak.ToString(), Does.Match(@"leak_init\+0x[0-9a-f]+/0x[0-9a-f]+ \[leak\]"));
        ExpectLeftovers();
    }

    [Test]
    public void BugAndWarningNameTheLine()
    {
        TestKernel kernel = BootC();
        CModule module = Init("\tWARN_ON(1);\n\tBUG();", kernel.Machine.Profile);
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.EIO));
        Assert.That(kernel.LogText, Does.Match(@"WARNING: at \S*test\.c:\d+ ").And.Match(@"kernel BUG at \S*test\.c:\d+!"));
        ExpectLeftovers();
    }

    [Test]
    public void CodeThatLostItsStackIsAnOops([Values("i386-32", "x86-64-2g")] string profile, [Values("$0x1000", "$-64")] string stack)
    {
        TestKernel kernel = BootC(profile);
        CModule module = Init($"\tasm volatile(\"mov {stack}, %\" SP \"; push %\" SP);", kernel.Machine.Profile, """
            #ifdef __x86_64__
            #define SP "rsp"
            #else
            #define SP "esp"
            #endif
            """);
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.EIO), () => kernel.LogText);
        Assert.That(kernel.LogText, Does.Match("BUG: unable to handle kernel (NULL pointer dereference|paging request) at virtual address (0+f|f+b)").And.Contain("test_init+"));
        GoesOn(kernel);
        ExpectLeftovers();
    }

    [TestCase("int3", "int3: 0000")]
    [TestCase("int $0x80", "general protection fault: 0402")]
    public void SoftwareInterruptsAreTheExceptionTheyRaise(string instruction, string exception)
    {
        TestKernel kernel = BootC();
        Assert.That(kernel.Insmod(Init($"\tasm volatile(\"{instruction}\");", kernel.Machine.Profile)), Is.EqualTo(Errno.EIO));
        Assert.That(kernel.LogText, Does.Contain($"{exception} [#1]"));
        ExpectLeftovers();
    }

    [TestCase("i386-32", "hlt", "f4")]
    [TestCase("x86-64-2g", "hlt", "f4")]
    [TestCase("i386-32", "int $0x80", "cd")]
    public void WhatStopsTheCoreIsShownWhereItStands(string profile, string instruction, string code)
    {
        TestKernel kernel = BootC(profile);
        CModule module = Init($"\tasm volatile(\"{instruction}\");", kernel.Machine.Profile);
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.EIO));
        Assert.That(kernel.LogText, Does.Match(@"[ER]IP is at test_init\+0x0/").And.Contain($" <{code}>"));
        ulong at = Convert.ToUInt64(System.Text.RegularExpressions.Regex.Match(kernel.LogText, "[ER]IP: ([0-9a-f]+)").Groups[1].Value, 16);
        Assert.That(kernel.LogText, Does.Match($"(?m)^ +0*{at:x}: {instruction.Split(' ')[0]}"), "registers and code agree");
        ExpectLeftovers();
    }

    [Test]
    public void InstructionsThatLeaveTheWindowAreLeftOut()
    {
        TestKernel kernel = BootC();
        CModule module = Init("""
            	asm volatile("ud2; movl $0x11111111, 0x22222222; movl $0x33333333, 0x44444444; movl $0x55555555, 0x66666666");
            """, kernel.Machine.Profile);
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.EIO));
        Assert.That(kernel.LogText, Does.Contain(": ud2").And.Contain("movl $0x11111111,0x22222222").And.Not.Contain("0x33333333").And.Not.Contain("(bad)"));
        ExpectLeftovers();
    }

    [TestCase("memset(p, 1, 0xffffffffu)")]
    [TestCase("memmove(p + 1, p, 0x7fffffff)")]
    [TestCase("memcpy(p, p + 1, 0x7fffffff)")]
    public void WhatLeavesTheDirectMapFaultsWhereItEnds(string call)
    {
        TestKernel kernel = BootC(watching: WatchMode.Tracked);
        Assert.That(kernel.Insmod(Init($"\tchar *p = kmalloc(64, GFP_KERNEL);\n\t{call};", kernel.Machine.Profile)), Is.EqualTo(Errno.EIO));
        ulong end = kernel.Machine.Layout.DirectMapBase + kernel.Machine.Layout.DirectMapSize;
        Assert.That(kernel.LogText, Does.Contain($"paging request at virtual address {end:x8}"));
        ExpectLeftovers();
    }

    // None of these executes many instructions itself.
    [TestCase("printk(\"again\\n\")")]
    [TestCase("kfree(NULL)")]
    [TestCase("kfree(kmalloc(100, GFP_KERNEL))")]
    [TestCase("memset(p, 1, 65536)")]
    [TestCase("if (memcmp(p, p, 65536)) break")]
    [TestCase("strlen(p)")]
    [TestCase("if (sprintf(p, \"c%d\", ++n) && !kmem_cache_create(p, 100, 0, 0, NULL)) break")]
    public void CallingTheKernelForeverEnds(string call)
    {
        TestKernel kernel = BootC(options: _shortBudget);
        CModule module = Init($$"""
            	char *p = kzalloc(65537, GFP_KERNEL);

            	memset(p, 'a', 65536);
            	for (;;)
            		{{call}};
            """, kernel.Machine.Profile, "static int n;\nint *used = &n;");
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.EIO), () => kernel.LogText);
        Assert.That(kernel.LogText, Does.Contain("BUG: soft lockup").And.Contain("executed 2000000 instructions without coming back"));
        GoesOn(kernel);
        ExpectLeftovers();
    }

    [Test]
    public void ConstructorsThatNeverComeBackNameTheirCallSite()
    {
        TestKernel kernel = BootC();
        CModule module = Init("\tcache = kmem_cache_create(\"rec\", 3000, 0, 0, again);\n\tkmem_cache_alloc(cache, GFP_KERNEL);", kernel.Machine.Profile, """
            static struct kmem_cache *cache;
            static void again(void *object) { kmem_cache_alloc(cache, GFP_KERNEL); }
            """);
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.EIO));
        Assert.That(kernel.LogText, Does.Contain("BUG: stack overflow in module test").And.Match(@"\[<test>\] again\+0x").And.Not.Contain("ModuleBoundary"));
        ExpectLeftovers();
    }

    [TestCase("*(volatile int *)0xfffffff0")]
    [TestCase("kmem_cache_alloc((void *)16, GFP_KERNEL)")]
    [TestCase("printk((char *)8)")]
    [TestCase("printk(\"%s\", (char *)0xfffff000)")]
    [TestCase("memset((void *)0, 1, 100)")]
    [TestCase("strlen((char *)0xffffff00)")]
    [TestCase("page_address((void *)12345)")]
    public void BadPointersAreOopses(string call)
    {
        TestKernel kernel = BootC();
        byte[] code = Compile("test", $$"""
            int init_module(void)
            {
            	(void)({{call}});
            	return 0;
            }
            """, kernel.Machine.Profile);
        CModule module = CModule.Create("test", [ElfObject.Read("test", code)], kernel.Machine.Profile);
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.EIO), () => kernel.LogText);
        GoesOn(kernel);
        ExpectLeftovers();
    }

    private void GoesOn(TestKernel kernel)
    {
        LoadAndUnload(kernel, Sample("list", kernel.Machine.Profile));
        Assert.That(kernel.LogText, Does.Contain("1994: Bonwick"));
    }
}
