using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>mem_map: a <see cref="Page"/> per frame, holes included, in native memory that costs nothing until touched.</summary>
/// <remarks>Rounded up to whole largest blocks, so that the record of any buddy of a valid frame can be read.</remarks>
internal sealed unsafe class PageMap : IDisposable
{
    private readonly NativeRegion _region;

    /// <summary>A map of <paramref name="frames"/> frames.</summary>
    public PageMap(uint frames, int maxOrder)
    {
        Frames = frames;
        ulong block = 1UL << (maxOrder - 1);
        ulong bytes = (frames + block - 1) / block * block * (uint)sizeof(Page);
        _region = new NativeRegion(bytes);
        // Windows promises the memory here and takes it on first touch: a wild frame number must find a record to read.
        _region.Commit(0, bytes);
        First = (Page*)_region.Base;
    }

    /// <summary>The record of frame 0; valid until <see cref="Dispose"/>.</summary>
    public Page* First { get; }

    /// <summary>Frames that exist; a frame number at or above it has no record.</summary>
    public uint Frames { get; }

    /// <summary>virt_to_head_page: the first frame of the compound page <paramref name="frame"/> belongs to, else itself.</summary>
    public PageFrameNumber HeadOf(PageFrameNumber frame)
    {
        Page* page = First + frame.Value;
        return (page->Flags & PageFlags.Compound) != 0 ? new PageFrameNumber(page->Next) : frame;
    }

    /// <inheritdoc/>
    public void Dispose() => _region.Dispose();
}
