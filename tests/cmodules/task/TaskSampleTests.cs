using System.Text;
using MiniKernel.Core;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>The samples of drivers/c that wait, are interrupted, and are broken in that.</summary>
public sealed class TaskSampleTests : CModuleFixture
{
    private static readonly KernelOptions _debugged = new() { Mm = new MmOptions { SlabDebug = "size-*" } };

    [TestCaseSource(nameof(Profiles))]
    public void SerialSendsItsLinesByInterrupt(string profile)
    {
        TestKernel kernel = BootC(profile);
        List<byte> sent = [];
        kernel.Machine.Uart.Sink = sent.Add;
        CModule serial = Sample("serial", kernel.Machine.Profile);
        Assert.That(kernel.Insmod(serial, "lines=3"), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(kernel.Kernel.Modules.Rmmod("serial"), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(Encoding.ASCII.GetString([.. sent]), Does.Match(@"^line 1, made at tick \d+\nline 2, made at tick \d+\nline 3, made at tick \d+\n$"));
        Assert.That(kernel.LogText, Does.Match(@"serial: line 3, 2\d bytes in \d+ ticks").And.Contain("serial: 3 lines made, 0 lost for want of memory"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-8g")]
    public void SerialLivesWithoutMemory(string profile)
    {
        TestKernel kernel = BootC(profile, options: new KernelOptions { Faults = [new FaultRule { Interval = 3, Gfp = GfpFlags.Atomic }] });
        kernel.Kernel.Log.Printk(LogLevel.Info, "begin");
        CModule serial = Sample("serial", kernel.Machine.Profile);
        Assert.That(kernel.Insmod(serial, "lines=12"), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(kernel.Kernel.Modules.Rmmod("serial"), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(kernel.LogText, Does.Match(@"serial: 12 lines made, [1-9]\d* lost for want of memory"));
    }

    [TestCase("i386-32")]
    [TestCase("i386-128")]
    [TestCase("x86-64-2g")]
    public void SoundCardHearsTheToneThroughDma(string profile)
    {
        TestKernel kernel = BootC(profile);
        List<byte> played = [];
        kernel.Machine.SoundCard.Recorder = samples => played.AddRange(samples);
        LoadAndUnload(kernel, Sample("sound", kernel.Machine.Profile));
        byte[] block = [.. Enumerable.Range(0, 4096).Select(i => (byte)(i % 50 < 25 ? 0x40 : 0xc0))];
        Assert.That(played, Is.EqualTo(block.Concat(block).Concat(block)));
        Assert.That(kernel.LogText, Does.Match(@"sound: 12288 bytes played from [0-9a-f]+, physical 0x[0-9a-f]{1,6}(\n|$)"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCaseSource(nameof(Profiles))]
    public void ConveyorCarriesAllParcels(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Sample("conveyor", kernel.Machine.Profile));
        Assert.That(kernel.LogText, Does.Match(@"conveyor: insmod/1 started producer/\d and consumer/\d")
            .And.Contain("conveyor: 20 sent, 20 taken, 4 at once at most, numbers make 210"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("sleep_in_interrupt", @"BUG: sleeping function called from invalid context at tick\+0x[0-9a-f]+/0x[0-9a-f]+ \[sleep_in_interrupt\]\nin_atomic\(\):1, irqs_disabled\(\):0")]
    [TestCase("forgotten_timer", @"forgotten_timer: left behind timer timer \[forgotten_timer\] \(tick\+0x0/0x[0-9a-f]+ \[forgotten_timer\]\); withdrawn: Linux would have jumped into memory that is freed")]
    [TestCase("forgotten_unlock", @"BUG: lock held when returning to user space! insmod/1 holds mutex `lock \[forgotten_unlock\]' since change\+0x")]
    public void MistakeIsTold_AndTheModuleGoesOn(string sample, string report)
    {
        foreach (string profile in (string[])["i386-32", "x86-64-2g"])
        {
            TestKernel kernel = BootC(profile);
            LoadAndUnload(kernel, Sample($"broken/{sample}", kernel.Machine.Profile));
            Assert.That(kernel.LogText, Does.Match(report));
            Assert.That(kernel.Kernel.Errors, Is.Positive);
            kernel.Kernel.Time.Idle(100_000_000);         // nothing of it is there any more
            Assert.That(kernel.Kernel.Oopses, Is.Zero, () => kernel.LogText);
        }
    }

    [TestCase("deadlock", @"BUG: deadlock: 2 tasks wait for each other\n  .*waits for mutex `(first|second) \[deadlock\]', held by .* since (deadlock_init|backwards)\+0x")]
    [TestCase("uninitialized", @"BUG: mutex at 0x[0-9a-f]+ is used without mutex_init\(\), at uninitialized_init\+0x")]
    public void MistakeIsAnOops(string sample, string report)
    {
        foreach (string profile in (string[])["i386-32", "x86-64-2g"])
        {
            TestKernel kernel = BootC(profile);
            kernel.Insmod(Sample($"broken/{sample}", kernel.Machine.Profile));
            Assert.That(kernel.LogText, Does.Match(report).And.Contain($"{sample}: stopped"));
        }
        ExpectLeftovers();
    }

    [TestCase("off_by_one", "memory outside object was overwritten")]
    [TestCase("write_after_free", "Slab corruption: ")]
    public void SlabDebuggingFindsWhatNoOneElseSees(string sample, string report)
    {
        TestKernel silent = BootC("x86-64-2g");
        LoadAndUnload(silent, Sample($"broken/{sample}", silent.Machine.Profile));
        Assert.That(silent.Kernel.Errors, Is.Zero, () => silent.LogText);
        foreach (string profile in (string[])["i386-32", "x86-64-2g"])
        {
            TestKernel kernel = BootC(profile, options: _debugged);
            kernel.Insmod(Sample($"broken/{sample}", kernel.Machine.Profile));
            Assert.That(kernel.LogText, Does.Contain(report));
            Assert.That(kernel.Kernel.Errors, Is.Positive);
        }
        ExpectLeftovers();
    }
}
