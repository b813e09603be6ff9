using MiniKernel.Core;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Drivers.Tests;

/// <summary>No false alarm: every sample driver does its work in shadow mode without a report, and the shadow finds what
/// a driver really does wrong.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ShadowTests : KernelFixture
{
    private static readonly string[] _profiles = ["i386-32", "i386-highmem", "x86-64-2g", "x86-64-8g", "alpha-8k", "ppc64-64k", "lab-4m"];

    private static IEnumerable<string> Samples => SampleDrivers.All.Select(sample => sample.Name);

    [Test]
    public void EverySample_WorksWithoutAReport([ValueSource(nameof(_profiles))] string profile, [ValueSource(nameof(Samples))] string name)
    {
        TestKernel test = Boot(profile, WatchMode.Shadow, TestMachine.AtMost512M);
        Assert.That(test.Insmod(SampleDrivers.Find(name)!.Create()), Is.EqualTo(Errno.Success));
        WorkloadResult? result = test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find(name)!);
        Assert.That(result?.Error ?? Errno.Success, Is.EqualTo(Errno.Success), result?.Summary);
        Assert.That(test.Kernel.Modules.Rmmod(name), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [TestCase("hello")]
    [TestCase("scull")]
    [TestCase("isa_sound")]
    [TestCase("ram_disk")]
    [TestCase("net_card")]
    [TestCase("disk_driver")]
    public void OnSlobToo(string name)
    {
        TestKernel test = Boot(watch: WatchMode.Shadow, options: new KernelOptions { Mm = new MmOptions { Allocator = AllocatorKind.Slob } });
        Assert.That(test.Insmod(SampleDrivers.Find(name)!.Create()), Is.EqualTo(Errno.Success));
        test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find(name)!);
        Assert.That(test.Kernel.Modules.Rmmod(name), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void AllSamplesTogether_WorkWithoutAReport()
    {
        TestKernel test = Boot("i386-64", WatchMode.Shadow);
        foreach (string name in Samples)
        {
            Assert.That(test.Insmod(SampleDrivers.Find(name)!.Create()), Is.EqualTo(Errno.Success));
            test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find(name)!);
        }
        foreach (string name in Samples)
            Assert.That(test.Kernel.Modules.Rmmod(name), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void SoundFromMemoryBeyondTheDmaControllersReach_IsReportedOnce()
    {
        TestKernel test = Boot(watch: WatchMode.Shadow);
        Assert.That(test.Insmod(new IsaSound(), "gfp_dma=0"), Is.EqualTo(Errno.Success));
        test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("isa_sound")!);
        string[] reports = [.. test.Lines.Where(line => line.StartsWith("BUG: KASAN:", StringComparison.Ordinal))];
        Assert.That(reports, Is.EqualTo(new[] { "BUG: KASAN: wild-memory-access in DMA by ISA DMA channel 1" }));
        Assert.That(test.Kernel.Modules.Rmmod("isa_sound"), Is.EqualTo(Errno.Success));
    }
}
