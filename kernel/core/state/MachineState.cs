using System.Globalization;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>What a machine was like at a moment, small enough to keep: a hash of each page of RAM that is not all zero and of the disk, and
/// as text what the kernel knows. Two of them say whether two machines are alike, and if not, where they part.</summary>
/// <remarks>What C# drivers keep in objects of the host is not in it, nor are the devices' registers: they show in the rest once they
/// matter. Taking one brings the views of mm's descriptors up to date (<see cref="KernelMm.SyncViews"/>) and changes nothing else.</remarks>
public sealed class MachineState
{
    private readonly List<StatePart> _parts = [];
    private readonly List<PageHash> _pages = [];      // by frame
    private readonly int _pageShift;

    private MachineState(Kernel kernel)
    {
        _pageShift = kernel.Machine.Profile.PageShift;
        TimeNs = kernel.Machine.Clock.NowNs;
        kernel.Mm.SyncViews();
        foreach (FrameSpan span in kernel.Mm.TouchedFrames())
            AddPages(kernel.Machine.Memory, span);
        AddParts(kernel);
        Hash = HashAll();
    }

    /// <summary>Nanoseconds since power-on.</summary>
    public ulong TimeNs { get; }

    /// <summary>One number for all of it.</summary>
    public ulong Hash { get; }

    /// <summary>Looks at a kernel between two calls into it.</summary>
    public static MachineState Of(Kernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return new MachineState(kernel);
    }

    /// <summary>What is not as it was in another state of a machine like this one, in a sentence each; nothing when all is.</summary>
    /// <param name="then">The other state.</param>
    /// <param name="kernel">The kernel whose state this is: tells what a page is used for.</param>
    public IReadOnlyList<string> DifferencesFrom(MachineState then, Kernel kernel)
    {
        ArgumentNullException.ThrowIfNull(then);
        ArgumentNullException.ThrowIfNull(kernel);
        List<string> differences = [];
        for (int i = 0; i < _parts.Count; i++)
        {
            if (_parts[i].DifferenceFrom(then._parts[i]) is { } difference)
                differences.Add(difference);
        }
        if (RamDifference(then, kernel) is { } ram)
            differences.Add(ram);
        return differences;
    }

    private void AddPages(PhysicalMemory memory, FrameSpan span)
    {
        ulong start = (ulong)span.First.Value << _pageShift, length = Math.Min((ulong)span.Count << _pageShift, memory.Size - start);
        memory.Commit(new PhysicalAddress(start), length);
        for (uint i = 0; i < span.Count; i++)
        {
            PageFrameNumber frame = span.First + i;
            ulong hash = StateHash.OfMemory(memory.Slice(new PhysicalAddress((ulong)frame.Value << _pageShift), 1 << _pageShift));
            if (hash != 0)
                _pages.Add(new PageHash(frame, hash));
        }
    }

    private void AddParts(Kernel kernel)
    {
        VirtualClock clock = kernel.Machine.Clock;
        Add("time", $"{clock.NowNs} ns, {clock.PendingEvents} events to come, the next at {clock.NextEventNs}");
        Add("errors", $"{kernel.Errors} reports, {kernel.Oopses} oopses");
        Add("tasks", Lines(kernel.TaskList, task => $"{task.Pid} {task.Name} {task.State} on CPU {task.Cpu}"));
        Add("fault", Lines(kernel.Faults.Rules, fault => $"{fault.Rule} matched {fault.Matched}, failed {fault.Failed}"));
        Add("caches", Lines(kernel.Mm.SlabInfos(), info => $"{info}"));
        Add("slob", $"{kernel.Mm.SlobInfo()}");
        Add("who holds memory", Lines(kernel.LiveGroups, group => $"{group}"));
        foreach (string name in kernel.Proc.Names.Where(IsPure))
            Add($"/proc/{name}", kernel.Proc.Read(name));
        Add("/proc/kallsyms", kernel.HasC ? kernel.Proc.Read("kallsyms") : "");     // reading it makes what C modules run in
        Add("free lists", Lines(kernel.Mm.FreeListHashes(), hash => $"{hash:x16}"));
        Add("disk", $"{kernel.Machine.Disk.Media.Hash():x16}");
    }

    // Reading slabinfo reports damage anew.
    private static bool IsPure(string name) => name is not ("slabinfo" or "kallsyms");

    private void Add(string name, FormattableString text) => Add(name, text.ToString(CultureInfo.InvariantCulture));

    private void Add(string name, string text) => _parts.Add(new StatePart(name, text));

    private static string Lines<T>(IEnumerable<T> items, Func<T, FormattableString> line) =>
        string.Join('\n', items.Select(item => line(item).ToString(CultureInfo.InvariantCulture)));

    private ulong HashAll()
    {
        var hash = new StateHash();
        foreach (StatePart part in _parts)
            hash.Add(part.Text);
        foreach ((PageFrameNumber frame, ulong page) in _pages)
        {
            hash.Add(frame.Value);
            hash.Add(page);
        }
        return hash.Value;
    }

    private string? RamDifference(MachineState then, Kernel kernel)
    {
        SortedSet<uint> changed = [.. _pages.Except(then._pages).Concat(then._pages.Except(_pages)).Select(page => page.Frame.Value)];
        if (changed.Count == 0)
            return null;
        string others = changed.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" and {changed.Count - 1} more");
        return string.Create(CultureInfo.InvariantCulture, $"RAM: other bytes in the page at 0x{(ulong)changed.Min << _pageShift:x}{UseOf(kernel, new PageFrameNumber(changed.Min))}{others}");
    }

    private static string UseOf(Kernel kernel, PageFrameNumber frame) => kernel.Mm.Inspect(frame).Use switch
    {
        FrameUse.Slab when kernel.Mm.CacheOf(kernel.Mm.PageAddress(frame)) is { } cache => $" (a slab of {cache.Name})",
        FrameUse.Reserved => " (the kernel's image or what it took at boot)",
        FrameUse.Free or FrameUse.PerCpuList => " (free)",
        _ => " (allocated pages)",
    };

    private readonly record struct PageHash(PageFrameNumber Frame, ulong Hash);
}
