using System.Buffers.Binary;
using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>mempool, dma_pool, kmap and vmalloc used by CPUs that run freely: nothing is handed out twice, no wake-up is lost.</summary>
[TestFixture, NonParallelizable]
public sealed class SharedPoolsTests
{
    private const int Cpus = 4, Rounds = 3_000;

    [Test]
    public void Mempool_WithFewerElementsThanCpus_WakesEverybodyInTheEnd()
    {
        using var cpus = new FreeCpus("i386-highmem", Cpus);
        int made = 0;
        Mempool pool = cpus.Mm.MempoolCreate(
            cpus.Machine.Cpu, 2, _ => Interlocked.Increment(ref made) <= 2 ? cpus.Machine.Kmalloc(64) : VirtualAddress.Null, obj => cpus.Machine.Kfree(obj))!;
        RunEach(cpus, cpu =>
        {
            VirtualAddress element = cpus.Mm.MempoolAlloc(cpu, pool, GfpFlags.Kernel);
            UseAlone(cpus, cpu, element, 64);
            Thread.Yield();                     // with it in hand
            cpus.Mm.MempoolFree(cpu, pool, element);
        });
        cpus.Mm.MempoolDestroy(cpus.Machine.Cpu, pool);
        Assert.That(cpus.Waiting.Sleeps, Is.Positive, "somebody had to wait");
        cpus.AllIsBack();
    }

    [Test]
    public void Mempool_IsResizedMeanwhile()
    {
        using var cpus = new FreeCpus("i386-highmem", Cpus);
        Mempool pool = cpus.Mm.MempoolCreateKmallocPool(cpus.Machine.Cpu, 4, 100)!;
        RunEach(cpus, cpu =>
        {
            VirtualAddress element = cpus.Mm.MempoolAlloc(cpu, pool, GfpFlags.Kernel);
            UseAlone(cpus, cpu, element, 100);
            cpus.Mm.MempoolResize(cpu, pool, 1 + (int)(element.Value >> 7 & 7), GfpFlags.Kernel);
            cpus.Mm.MempoolFree(cpu, pool, element);
        });
        Assert.That(pool.CurrentCount, Is.LessThanOrEqualTo(pool.MinimumCount));
        cpus.Mm.MempoolResize(cpus.Machine.Cpu, pool, pool.MinimumCount + 1, GfpFlags.Kernel);      // fills it up
        cpus.Mm.MempoolDestroy(cpus.Machine.Cpu, pool);
        cpus.AllIsBack();
    }

    [Test]
    public void DmaPool_HandsNoBlockOutTwice()
    {
        using var cpus = new FreeCpus("i386-highmem", Cpus);
        DmaPool pool = cpus.Mm.DmaPoolCreate(cpus.Machine.Cpu, "shared", null, 200, 8, 0)!;
        RunEach(cpus, cpu =>
        {
            VirtualAddress block = cpus.Mm.DmaPoolAlloc(cpu, pool, GfpFlags.Kernel, out PhysicalAddress bus);
            UseAlone(cpus, cpu, block, 200);
            cpus.Mm.DmaPoolFree(cpu, pool, block, bus);
        });
        cpus.Mm.DmaPoolDestroy(cpus.Machine.Cpu, pool);
        Assert.That(cpus.Machine.ReportsOf<MmReport>(), Is.Empty);
        cpus.AllIsBack();
    }

    [Test]
    public void Kmap_WithMoreFramesThanSlots_ShowsEachItsOwn()
    {
        using var cpus = new FreeCpus("i386-highmem", Cpus);
        const int each = 300;                   // 1200 frames, 1024 slots
        RunOnce(cpus, cpu =>
        {
            PageFrameNumber[] frames = [.. Enumerable.Range(0, each).Select(_ => cpus.Mm.AllocPages(cpu, GfpFlags.HighUser, 0)!.Value)];
            for (int round = 0; round < 10; round++)
            {
                // As many as can be held by all at once, then one at a time above that, which may sleep.
                foreach (PageFrameNumber frame in frames.AsSpan(0, 255))
                    cpus.Mm.Kmap(cpu, frame);
                foreach (PageFrameNumber frame in frames.AsSpan(255))
                    Show(cpus, cpu, frame);
                foreach (PageFrameNumber frame in frames.AsSpan(0, 255))
                    cpus.Mm.Kunmap(frame);
            }
            foreach (PageFrameNumber frame in frames)
                cpus.Mm.FreePages(cpu, frame, 0);
        });
        Assert.That(cpus.Machine.ReportsOf<MmReport>(), Is.Empty);
        cpus.AllIsBack();
    }

    [Test]
    public void Vmalloc_AreasNeverOverlap([Values("i386-highmem", "x86-64-8g")] string profile)
    {
        using var cpus = new FreeCpus(profile, Cpus);
        RunEach(cpus, cpu =>
        {
            ulong pages = 1 + (cpus.Mm.TotalFreePages & 7), pageSize = (ulong)cpus.Machine.Profile.PageSize;
            VirtualAddress area = cpus.Mm.Vmalloc(cpu, pages * pageSize);
            for (ulong page = 0; page < pages; page++)
                WriteOwn(cpus, cpu, area + (page * pageSize));
            for (ulong page = 0; page < pages; page++)
                CheckOwn(cpus, cpu, area + (page * pageSize));
            cpus.Mm.Vfree(cpu, area);
        });
        Assert.That(cpus.Mm.VmallocInfo.Used, Is.Zero);
        Assert.That(cpus.Machine.ReportsOf<MmReport>(), Is.Empty);
        cpus.AllIsBack();
    }

    private static void RunEach(FreeCpus cpus, Action<MmCpu> round) => RunOnce(cpus, cpu =>
    {
        for (int i = 0; i < Rounds; i++)
            round(cpu);
    });

    private static void RunOnce(FreeCpus cpus, Action<MmCpu> program) => cpus.Run([.. Enumerable.Repeat(program, Cpus)]);

    private static void Show(FreeCpus cpus, MmCpu cpu, PageFrameNumber frame)
    {
        VirtualAddress address = cpus.Mm.Kmap(cpu, frame);
        cpus.Mm.TryGetMapped(address, out Span<byte> page);
        BinaryPrimitives.WriteUInt32LittleEndian(page, frame.Value);
        if (!cpus.Mm.TryTranslate(address, out PhysicalAddress physical) || physical != cpus.Mm.PhysicalOf(frame))
            cpus.Fail($"{address} does not show frame {frame}");
        if (BinaryPrimitives.ReadUInt32LittleEndian(page) != frame.Value)
            cpus.Fail($"frame {frame} is somebody else's");
        cpus.Mm.Kunmap(frame);
    }

    private static void WriteOwn(FreeCpus cpus, MmCpu cpu, VirtualAddress address)
    {
        if (cpus.Mm.TryGetMapped(address, out Span<byte> page))
            BinaryPrimitives.WriteUInt64LittleEndian(page, address.Value + (ulong)cpu.Id);
    }

    private static void CheckOwn(FreeCpus cpus, MmCpu cpu, VirtualAddress address)
    {
        if (!cpus.Mm.TryGetMapped(address, out Span<byte> page) || BinaryPrimitives.ReadUInt64LittleEndian(page) != address.Value + (ulong)cpu.Id)
            cpus.Fail($"{address} is somebody else's, or not mapped");
    }

    private static void UseAlone(FreeCpus cpus, MmCpu cpu, VirtualAddress obj, ulong bytes)
    {
        cpu.TryGetSpan(obj, bytes, out Span<byte> own);
        own.Fill((byte)(cpu.Id + 1));
        Thread.SpinWait(20);
        if (own.ContainsAnyExcept((byte)(cpu.Id + 1)))
            cpus.Fail($"{obj} was handed out twice");
    }
}
