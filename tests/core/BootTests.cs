using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class BootTests : KernelFixture
{
    [Test]
    public void Boot_OfThePentium_ReadsAsLinuxWritesIt()
    {
        TestKernel test = Boot();
        Assert.That(test.LogText.ReplaceLineEndings("\n"), Is.EqualTo(
            """
            Linux version 2.6.24-minikernel (minikernel@minikernel) (C# on .NET) #1
            BIOS-provided physical RAM map:
             BIOS-e820: 0000000000000000 - 00000000000a0000 (usable)
             BIOS-e820: 0000000000100000 - 0000000004000000 (usable)
            0MB HIGHMEM available.
            64MB LOWMEM available.
            Zone PFN ranges:
              DMA             0 ->     4096
              Normal       4096 ->    16384
              HighMem     16384 ->    16384
              DMA zone: 32 pages used for memmap
              DMA zone: 0 pages reserved
              DMA zone: 3968 pages, LIFO batch:0
              Normal zone: 96 pages used for memmap
              Normal zone: 12192 pages, LIFO batch:1
            Built 1 zonelists in Zone order, mobility grouping off.  Total pages: 16160
            Kernel command line: slab oom=fail watch=tracked
            Memory: 61564k/65536k available (3072k kernel code, 3588k reserved, 0k data, 0k init, 0k highmem)
            """));
    }

    [Test]
    public void Boot_OfEveryProfile_ComesUpWithoutErrors([ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile, [Values] WatchMode watch)
    {
        TestKernel test = Boot(profile, watch);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
        Assert.That(test.Kernel.IsBooted, Is.True);
        Assert.That(test.Kernel.ExitCode, Is.Zero);
        foreach (string name in test.Kernel.Proc.Names)
            Assert.That(test.Kernel.Proc.Read(name), HasNothingYet(name) ? Is.Empty : Is.Not.Empty, name);
    }

    // No driver is loaded; and symbols are exported to C modules, which this machine, without a core for them, cannot run.
    private static bool HasNothingYet(string file) => file is "modules" or "ioports" or "partitions" or "kallsyms";

    [Test]
    public void Boot_TakesNoVirtualTime() => Assert.That(Boot("x86-64-8g").Machine.Clock.NowNs, Is.Zero);

    [Test]
    public void Boot_Twice_IsRefused() => Assert.That(Boot().Kernel.Boot, Throws.InvalidOperationException);

    [Test]
    public void Boot_OfTwoKernels_IsTheSameTwice()
    {
        TestKernel one = Boot("i386-highmem"), two = Boot("i386-highmem");
        foreach (string name in one.Kernel.Proc.Names)
            Assert.That(two.Kernel.Proc.Read(name), Is.EqualTo(one.Kernel.Proc.Read(name)), name);
    }

    [Test]
    public void Boot_OnSeveralCpus_SaysSo() => Assert.That(Boot("i386-highmem").Lines, Does.Contain("Brought up 4 CPUs"));

    [Test]
    public void KmallocBeforeTheCachesExist_IsABug()
    {
        using Machine machine = TestMachine.Create();
        using Kernel kernel = new(machine, new KernelOptions());
        KernelOopsException? bug = null;
        try
        {
            kernel.Context().Kmalloc(100, GfpFlags.Kernel);
        }
        catch (KernelOopsException oops)
        {
            bug = oops;
        }
        Assert.That(bug!.Message, Does.Contain("kmalloc(100) before kmem_cache_init"));
    }

    [Test]
    public void Driver_Context_HasExactlyTwoFields() => Assert.That(
        typeof(KernelContext).GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public)
            .Select(field => field.FieldType),
        Is.EqualTo(new[] { typeof(Kernel), typeof(MmCpu) }));
}
