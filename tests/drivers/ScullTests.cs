using MiniKernel.Core;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Drivers.Tests;

[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class ScullTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    [Test]
    public void Workload_PassesAndGivesEverythingBack(
        [ValueSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))] string profile, [Values] WatchMode watch)
    {
        TestKernel test = Boot(profile, watch);
        Assert.That(test.Insmod(new Scull()), Is.EqualTo(Errno.Success));
        WorkloadResult? result = test.Kernel.Modules.RunWorkload(test.Kernel.Modules.Find("scull")!);
        Assert.That(result!.Error, Is.EqualTo(Errno.Success), result.Summary);
        Assert.That(result.Summary, Does.Contain("1024 KiB written, read back and compared in 263 quanta"));
        Assert.That(test.Kernel.Modules.Rmmod("scull"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void Write_EndsAtTheQuantumAndGoesOnInTheNext()
    {
        (TestKernel test, OpenFile file) = OpenScull("quantum=64", "qset=2");
        Assert.That(test.Context.VfsWrite(file, new byte[100]).Count, Is.EqualTo(64));
        Assert.That(test.Context.VfsWrite(file, new byte[36]).Count, Is.EqualTo(36));
        Assert.That(file.Position, Is.EqualTo(100));
        Assert.That(test.Context.VfsIoctl(file, ScullIoctl.GetWritten, 0).Value, Is.EqualTo(100));
        CloseAndUnload(test, file);
    }

    [Test]
    public void Read_ReturnsWhatWasWrittenAcrossSets([Values(1, 7, 64, 200)] int chunk)
    {
        (TestKernel test, OpenFile file) = OpenScull("quantum=64", "qset=2");
        byte[] data = TestPatternOf(1000);
        WriteAll(test, file, data, chunk);
        Assert.That(ReadAll(test, file, 1000, chunk), Is.EqualTo(data));
        CloseAndUnload(test, file);
    }

    [Test]
    public void Read_OfAHole_IsZeroes()
    {
        (TestKernel test, OpenFile file) = OpenScull("quantum=64", "qset=2");
        Assert.That(test.Context.VfsLlseek(file, 1000, SeekOrigin.Begin).Value, Is.EqualTo(1000));
        WriteAll(test, file, [1, 2, 3], 3);
        Assert.That(test.Context.VfsIoctl(file, ScullIoctl.GetQuantaInUse, 0).Value, Is.EqualTo(1));
        byte[] back = ReadAll(test, file, 1003, 50);
        Assert.That(back[..1000], Is.All.Zero);
        Assert.That(back[1000..], Is.EqualTo(new byte[] { 1, 2, 3 }));
        CloseAndUnload(test, file);
    }

    [Test]
    public void Read_AtTheEnd_IsZeroBytes()
    {
        (TestKernel test, OpenFile file) = OpenScull();
        Assert.That(test.Context.VfsRead(file, new byte[10]).Value, Is.Zero);
        CloseAndUnload(test, file);
    }

    [TestCase(10, SeekOrigin.Begin, 10)]
    [TestCase(-10, SeekOrigin.End, 90)]
    [TestCase(5, SeekOrigin.Current, 105)]
    public void Llseek_MovesThePosition(long offset, SeekOrigin whence, long expected)
    {
        (TestKernel test, OpenFile file) = OpenScull("quantum=100");
        WriteAll(test, file, new byte[100], 100);
        Assert.That(test.Context.VfsLlseek(file, offset, whence).Value, Is.EqualTo(expected));
        Assert.That(file.Position, Is.EqualTo(expected));
        CloseAndUnload(test, file);
    }

    [TestCase(-1, SeekOrigin.Begin)]
    [TestCase(long.MinValue, SeekOrigin.Current)]
    [TestCase(long.MaxValue, SeekOrigin.End)]
    public void Llseek_OutOfRange_IsRefusedAndMovesNothing(long offset, SeekOrigin whence)
    {
        (TestKernel test, OpenFile file) = OpenScull("quantum=100");
        WriteAll(test, file, new byte[100], 100);
        Assert.That(test.Context.VfsLlseek(file, offset, whence).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(file.Position, Is.EqualTo(100));
        CloseAndUnload(test, file);
    }

    [Test]
    public void Trim_EmptiesTheDevice()
    {
        (TestKernel test, OpenFile file) = OpenScull();
        WriteAll(test, file, new byte[20_000], 4000);
        Assert.That(test.Context.VfsIoctl(file, ScullIoctl.GetSize, 0).Value, Is.EqualTo(20_000));
        Assert.That(test.Context.VfsIoctl(file, ScullIoctl.Trim, 0).Value, Is.Zero);
        Assert.That(test.Context.VfsIoctl(file, ScullIoctl.GetSize, 0).Value, Is.Zero);
        Assert.That(test.Context.VfsIoctl(file, ScullIoctl.GetQuantaInUse, 0).Value, Is.Zero);
        CloseAndUnload(test, file);
    }

    [Test]
    public void Limit_EndsInNoSpace()
    {
        (TestKernel test, OpenFile file) = OpenScull("quantum=64");
        Assert.That(test.Context.VfsIoctl(file, ScullIoctl.SetLimit, 70).Value, Is.Zero);
        Assert.That(test.Context.VfsWrite(file, new byte[64]).Count, Is.EqualTo(64));
        Assert.That(test.Context.VfsWrite(file, new byte[64]).Count, Is.EqualTo(6));
        Assert.That(test.Context.VfsWrite(file, new byte[64]).Error, Is.EqualTo(Errno.ENOSPC));
        Assert.That(test.Context.VfsIoctl(file, ScullIoctl.SetLimit, ulong.MaxValue).Error, Is.EqualTo(Errno.EINVAL));
        CloseAndUnload(test, file);
    }

    [Test]
    public void Ioctl_Unknown_IsNotATypewriter()
    {
        (TestKernel test, OpenFile file) = OpenScull();
        Assert.That(test.Context.VfsIoctl(file, 0xdead, 0).Error, Is.EqualTo(Errno.ENOTTY));
        CloseAndUnload(test, file);
    }

    [Test]
    public void Open_OfAMinorThatIsNotThere_IsNoDevice()
    {
        TestKernel test = Boot();
        test.Insmod(new Scull(), "devices=2");
        Assert.That(test.Context.FilpOpen("/dev/scull1", out OpenFile? file), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.FilpOpen("/dev/scull2", out _), Is.EqualTo(Errno.ENODEV));
        CloseAndUnload(test, file!);
    }

    [Test]
    public void Devices_AreApart()
    {
        (TestKernel test, OpenFile file) = OpenScull();
        test.Context.FilpOpen("/dev/scull1", out OpenFile? other);
        WriteAll(test, file, new byte[100], 100);
        Assert.That(test.Context.VfsIoctl(other!, ScullIoctl.GetSize, 0).Value, Is.Zero);
        test.Context.FilpClose(other!);
        CloseAndUnload(test, file);
    }

    [Test]
    public void Rmmod_WithAnOpenFile_IsRefused()
    {
        (TestKernel test, OpenFile file) = OpenScull();
        Assert.That(test.Kernel.Modules.Rmmod("scull"), Is.EqualTo(Errno.EAGAIN));
        CloseAndUnload(test, file);
    }

    [Test]
    public void Write_UntilMemoryIsGone_ReturnsENOMEM_AndUnloadGivesAllBack()
    {
        TestKernel test = Boot("lab-4m");
        test.Insmod(new Scull());
        test.Context.FilpOpen("/dev/scull0", out OpenFile? file);
        IoResult result = 0;
        while (!result.IsError)
            result = test.Context.VfsWrite(file!, new byte[4000]);
        Assert.That(result.Error, Is.EqualTo(Errno.ENOMEM));
        Assert.That(test.LogText, Does.Contain("page allocation failure"));
        CloseAndUnload(test, file!);
    }

    [Test]
    public void Open_WithoutMemoryForItsRecord_IsENOMEM()
    {
        TestKernel test = Boot("lab-4m");
        test.Insmod(new Scull());
        List<Hal.VirtualAddress> taken = [];
        for (Hal.VirtualAddress p = Take(test); !p.IsNull; p = Take(test))
            taken.Add(p);
        Assert.That(test.Context.FilpOpen("/dev/scull0", out _), Is.EqualTo(Errno.ENOMEM));
        taken.ForEach(p => test.Context.Kfree(p));
        test.Kernel.Modules.Rmmod("scull");

        static Hal.VirtualAddress Take(TestKernel test) => test.Context.Kmalloc(16, Mm.GfpFlags.Kernel | Mm.GfpFlags.NoWarn);
    }

    [SlabOnly("duplicate names")]
    [Test]
    public void Init_WithATakenCacheName_FailsAndLeavesNothing()
    {
        TestKernel test = Boot();
        Mm.KmemCache? taken = test.Context.KmemCacheCreate("scull_quantum", 64);
        Assert.That(test.Insmod(new Scull()), Is.EqualTo(Errno.ENOMEM));
        Assert.That(test.Kernel.Modules.Loaded, Is.Empty);
        Assert.That(test.LogText, Does.Contain("kmem_cache_create: duplicate cache scull_quantum"));
        test.Context.KmemCacheDestroy(taken);
    }

    [Test]
    public void Init_WithoutAFreeMajor_UndoesEverything()
    {
        TestKernel test = Boot();
        for (uint major = 1; major < 255; major++)
            test.Context.RegisterChrdev(major, "taken", new NoDevice());
        Assert.That(test.Insmod(new Scull()), Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Kernel.Modules.Loaded, Is.Empty);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    private (TestKernel Kernel, OpenFile File) OpenScull(params string[] parameters)
    {
        TestKernel test = Boot();
        Assert.That(test.Insmod(new Scull(), parameters), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.FilpOpen("/dev/scull0", out OpenFile? file), Is.EqualTo(Errno.Success));
        return (test, file!);
    }

    private static void CloseAndUnload(TestKernel test, OpenFile file)
    {
        Assert.That(test.Context.FilpClose(file), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Modules.Rmmod("scull"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Leaks, Is.Empty);
    }

    private static byte[] TestPatternOf(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 ^ i >> 3))];

    private static void WriteAll(TestKernel test, OpenFile file, byte[] data, int chunk)
    {
        for (int at = 0; at < data.Length;)
        {
            IoResult written = test.Context.VfsWrite(file, data.AsSpan(at, Math.Min(chunk, data.Length - at)));
            Assert.That(written.Count, Is.Positive, written.ToString());
            at += written.Count;
        }
    }

    private static byte[] ReadAll(TestKernel test, OpenFile file, int length, int chunk)
    {
        byte[] data = new byte[length];
        test.Context.VfsLlseek(file, 0, SeekOrigin.Begin);
        for (int at = 0; at < length;)
        {
            IoResult read = test.Context.VfsRead(file, data.AsSpan(at, Math.Min(chunk, length - at)));
            Assert.That(read.Count, Is.Positive, read.ToString());
            at += read.Count;
        }
        return data;
    }
}
