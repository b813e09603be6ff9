using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Runs of largest blocks that nobody has touched since boot: one page record stands for all of them.</summary>
/// <remarks>A run is a block of the largest order whose record says how many blocks it stands for: itself, the highest,
/// and those directly below it in memory, which follow it directly in the list. That is where the ascending release of
/// bootmem would have put them one by one, so the list reads the same while boot costs the same at any size. A block of the
/// largest order leaves its list only at the head: it has no buddy to join.</remarks>
internal sealed unsafe partial class Zone
{
    private uint LargestBlock => 1u << (_maxOrder - 1);

    /// <summary>Frees whole largest blocks, lowest first, at boot.</summary>
    public void AddUntouched(FrameRange frames)
    {
        uint blocks = frames.Length / LargestBlock;
        uint highest = frames.End - LargestBlock;
        Link(highest, _maxOrder - 1);
        _areas[_maxOrder - 1].Blocks += blocks - 1;
        _pages[highest].Flags |= PageFlags.Untouched;
        _pages[highest].Slab = blocks;
        FreePages += frames.Length;
    }

    /// <summary>Puts the rest of the run behind its head, which is about to be taken.</summary>
    private void TakeFromRun(uint frame)
    {
        Page* page = _pages + frame;
        ulong blocks = page->Slab;
        page->Slab = 0;
        Commit(new FrameRange(frame, frame + LargestBlock));
        if (blocks == 1)
            return;
        uint below = frame - LargestBlock, next = page->Next;
        Page* rest = _pages + below;
        rest->Flags = PageFlags.Buddy | PageFlags.Untouched;
        rest->Order = page->Order;
        rest->Slab = blocks - 1;
        rest->Prev = frame;
        rest->Next = next;
        if (next != 0)
            _pages[next].Prev = below;
        page->Next = below;
    }

    /// <summary>Makes the frames' memory usable; only Windows needs to be told.</summary>
    public void Commit(FrameRange frames)
    {
        ulong start = (ulong)frames.Start << _pageShift;
        ulong end = Math.Min((ulong)frames.End << _pageShift, _memory.Size);
        _memory.Commit(new PhysicalAddress(start), end - start);
    }
}
