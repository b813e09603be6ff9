using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>An allocation that has not been given back, or was so lately.</summary>
internal sealed class LiveObject
{
    private readonly ulong? _start;

    /// <summary>Where it lies; a page frame's physical address for pages.</summary>
    public required ulong Key { get; init; }

    /// <summary>The cache it came from; null for pages.</summary>
    public KmemCache? Cache { get; init; }

    /// <summary>What it is when it is neither of a cache nor pages: "vmalloc area" and so on.</summary>
    public string? Kind { get; init; }

    /// <summary>The pool an element is of, or the device a buffer is for, while it lives.</summary>
    public object? Source { get; set; }

    /// <summary>True when something else that is listed stands for it too: an element made by a driver's own callback.</summary>
    public bool IsListedElsewhere { get; init; }

    /// <summary>Order of the pages, or <see cref="AllocationTracker.ExactPages"/>.</summary>
    public int Order { get; init; }

    /// <summary>Bytes asked for.</summary>
    public required ulong Size { get; init; }

    /// <summary>Bytes taken.</summary>
    public required ulong Extent { get; init; }

    public required GfpFlags Flags { get; init; }

    /// <summary>Null: the kernel's own, or a test's.</summary>
    public LoadedModule? Owner { get; init; }

    public required CallSite Taken { get; init; }

    /// <summary>Virtual time at which it was taken.</summary>
    public ulong TakenNs { get; init; }

    /// <summary>The task that took it.</summary>
    public required TaskName TakenBy { get; init; }

    /// <summary>Where it was given back; unknown while it lives.</summary>
    public CallSite Freed { get; set; }

    /// <summary>The module that gave it back; null while it lives.</summary>
    public string? FreedBy { get; set; }

    /// <summary>The task that gave it back.</summary>
    public TaskName FreedTask { get; set; }

    /// <summary>Counts frees: the latest has the largest.</summary>
    public ulong FreedOrder { get; set; }

    /// <summary>True for page frames: they begin at a physical address, HighMem has no other.</summary>
    public bool IsOfFrames { get; init; }

    /// <summary>First byte: a physical address for frames.</summary>
    public ulong Start { get => _start ?? Key; init => _start = value; }

    /// <summary>True for a variable of a module: nobody took it.</summary>
    public bool IsVariable { get; private init; }

    public string OwnerName => Owner?.Name ?? "kernel";

    public string What => Kind ?? Cache?.Name ?? (Order == AllocationTracker.ExactPages ? "exact pages" : $"pages of order {Order}");

    /// <summary>A variable, to be named in a report.</summary>
    /// <param name="what">How.</param>
    /// <param name="address">First byte.</param>
    /// <param name="size">Bytes.</param>
    public static LiveObject OfVariable(string what, ulong address, ulong size) =>
        new() { Key = address, Kind = what, Size = size, Extent = size, Flags = default, Taken = default, TakenBy = default, IsVariable = true };

    /// <summary>Bytes from there to its nearest byte; 0 inside.</summary>
    public ulong DistanceTo(VirtualAddress p, PhysicalAddress physical)
    {
        ulong address = IsOfFrames ? physical.Value : p.Value;
        return address < Start ? Start - address : address - Start < Size ? 0 : address - Start - Size + 1;
    }

    /// <summary>Bytes from its start to an address that lies in its extent; null when it lies elsewhere.</summary>
    public ulong? TryOffsetOf(VirtualAddress p, PhysicalAddress physical)
    {
        ulong address = IsOfFrames ? physical.Value : p.Value;
        return address >= Start && address - Start < Math.Max(Extent, 1) ? address - Start : null;
    }

    /// <summary>"allocated at SITE by MODULE, N bytes".</summary>
    public string History =>
        $"  allocated at {Taken} by {OwnerName}, {Size} bytes" + (FreedBy is null ? "" : $"\n  freed at {Freed} by {FreedBy}");
}
