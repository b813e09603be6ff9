using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>A machine as far as the page allocator needs one, with everything it reported.</summary>
internal sealed unsafe class PageMachine : IDisposable
{
    public PageMachine(HardwareProfile profile, OomPolicy oom = OomPolicy.Fail, bool boot = true, bool watermarks = true)
    {
        Profile = profile;
        Memory = new PhysicalMemory(profile.Ram);
        Layout = BootLayout.Compute(profile);
        Allocator = new PageAllocator(Memory, profile, Layout, new MmOptions { Oom = oom }, Reports);
        if (boot)
            Allocator.FreeBootmem();
        if (boot && watermarks)
            Allocator.SetWatermarks();
    }

    public HardwareProfile Profile { get; }

    public PhysicalMemory Memory { get; }

    public BootLayout Layout { get; }

    public PageAllocator Allocator { get; }

    public RecordedReports Reports { get; } = new();

    /// <summary>Frames in free lists and on per-CPU lists.</summary>
    public long FreeAndParked => Allocator.Zones.Sum(zone => zone.FreePages + zone.PerCpuCount);

    /// <summary>Everything that can be had: the frames of all successful allocations, in order.</summary>
    public List<uint> Exhaust(GfpFlags flags, int order = 0, int cpu = 0)
    {
        var frames = new List<uint>();
        while (Allocator.AllocPages(cpu, flags | GfpFlags.NoWarn, order) is { } frame)
            frames.Add(frame.Value);
        return frames;
    }

    public uint Take(GfpFlags flags = GfpFlags.Kernel, int order = 0, int cpu = 0)
    {
        PageFrameNumber? frame = Allocator.AllocPages(cpu, flags, order);
        Assert.That(frame, Is.Not.Null, $"{flags} order {order}");
        return frame!.Value.Value;
    }

    public void Free(uint frame, int order = 0, int cpu = 0) => Allocator.FreePages(cpu, new PageFrameNumber(frame), order);

    public Page* PageOf(uint frame) => Allocator.Pages.First + frame;

    public Zone ZoneNamed(string name) => Allocator.Zones.Single(zone => zone.Layout.Name == name);

    public void Dispose()
    {
        Allocator.Dispose();
        Memory.Dispose();
    }
}

/// <summary>Keeps what mm says; BUG and panic become exceptions the test can name.</summary>
internal sealed class RecordedReports : IMmReports
{
    public List<MmReport> All { get; } = [];

    public Exception Bug(MmBug bug) => new BugException(bug);

    public Exception Panic(string text) => new PanicException(text);

    public void Report(MmReport report)
    {
        lock (All)
            All.Add(report);
    }
}

internal sealed class BugException(MmBug bug) : Exception(bug.Explanation)
{
    public MmBug Bug { get; } = bug;
}

internal sealed class PanicException(string text) : Exception(text);
