using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>What lies where: reads, and changes nothing. Slow: for people who ask.</content>
public sealed unsafe partial class KernelMm
{
    /// <summary>What a page frame is used for.</summary>
    public FrameInfo Inspect(PageFrameNumber frame) => _pages.Inspect(frame);

    /// <summary>What an address in a slab belongs to; null for any other address.</summary>
    public SlabPlace? InspectSlab(VirtualAddress address) => _allocator.Inspect(address.Value);

    /// <summary>The kernel's own name for an address in its image: a function of the host, or a text; null when it has none.</summary>
    public string? SymbolAt(VirtualAddress address) => _image.SymbolAt(address.Value);

    /// <summary>The vmalloc area around an address: its first byte and its size without the guard page.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryFindVmallocArea(VirtualAddress address, out VirtualAddress start, out ulong bytes)
    {
        bool found = _vmalloc.TryFind(address.Value, out ulong first, out bytes);
        start = new VirtualAddress(first);
        return found;
    }

    /// <summary>Frames that may hold something, ascending: all of RAM but the largest blocks that have been free since boot.</summary>
    public IReadOnlyList<FrameSpan> TouchedFrames() => _pages.TouchedFrames();

    /// <summary>A hash of the order in which each zone would hand out its frames, lowest zone first: the free lists and the CPUs' own.</summary>
    public IReadOnlyList<ulong> FreeListHashes() => _pages.FreeListHashes();
}
