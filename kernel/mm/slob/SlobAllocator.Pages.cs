using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>Inside a page: the chain of free blocks is walked from end to end before anything is changed. All of it runs
/// under slob_lock.</content>
internal sealed unsafe partial class SlobAllocator
{
    /// <summary>The free blocks on either side of a place; a block of no units where there is none.</summary>
    private readonly record struct Neighbours(SlobBlock Before, SlobBlock After);

    /// <summary>slob_page_alloc: the first free block of the page with room for units at an aligned address.</summary>
    /// <returns>The unit where they start; -1 when no block has room.</returns>
    private int TakeFromPage(uint frame, int units, ulong align)
    {
        SlobPage* page = _slobPages.Of(frame);
        SlobBlock before = default, fit = default, beforeFit = default;
        ulong skipped = 0;
        int sum = 0;
        for (int at = page->Free; at < _units; at = before.Next)
        {
            SlobBlock block = ReadBlock(frame, at, "slob_page_alloc");
            sum += block.Units;
            if (fit.Units == 0)
            {
                skipped = UnitsToAlign(AddressOf(frame, at), align);
                if (skipped <= (ulong)block.Units && (ulong)units <= (ulong)block.Units - skipped)
                    (fit, beforeFit) = (block, before);
            }
            before = block;
        }
        if (sum != page->FreeUnits)
            throw Damaged(frame, "slob_page_alloc");
        return fit.Units == 0 ? -1 : Cut(frame, beforeFit, fit, (int)UnitsToAlign(AddressOf(frame, fit.At), align), units);
    }

    /// <summary>ALIGN, which masks: an alignment that is no power of two gives what the mask gives.</summary>
    private ulong UnitsToAlign(ulong address, ulong align) =>
        align == 0 ? 0 : (((address + (align - 1)) & ~(align - 1)) - address) / (ulong)_unitBytes;

    /// <summary>Takes units out of a free block; what is skipped in front of them, and what is left, stays free.</summary>
    private int Cut(uint frame, SlobBlock before, SlobBlock fit, int skipped, int units)
    {
        SlobPage* page = _slobPages.Of(frame);
        SlobBlocks blocks = BlocksOf(frame);
        int start = fit.At + skipped, left = fit.Units - skipped - units;
        int next = left == 0 ? fit.Next : start + units;
        if (left != 0)
            blocks.Write(next, left, fit.Next);
        if (skipped != 0)
            blocks.Write(fit.At, skipped, next);
        else if (before.Units != 0)
            blocks.Write(before.At, before.Units, next);
        else
            page->Free = next;
        _slobPages.MarkStart(frame, start, inUse: true);
        page->FreeUnits -= units;
        if (page->FreeUnits == 0)
            Unlist(frame);
        return start;
    }

    /// <summary>What slob_free does with a page: nothing when it is wholly free now, else the block goes where its address
    /// puts it in the chain.</summary>
    /// <remarks>As in 2.6.24 a block before the first free one is not joined with it.</remarks>
    /// <returns>True when the page is wholly free: it is to be given back.</returns>
    private bool PutIntoPage(uint frame, ulong address, ulong size, string function)
    {
        SlobPage* page = _slobPages.Of(frame);
        int at = (int)((address - AddressOf(frame, 0)) / (ulong)_unitBytes);
        Neighbours around = FindNeighbours(frame, at, function);
        RequireInUse(frame, address, size, around.After, function);
        int units = UnitsOf(size);
        _slobPages.MarkStart(frame, at, inUse: false);
        if (page->FreeUnits + units == _units)
            return true;
        page->FreeUnits += units;
        if (!page->IsListed)
        {
            page->Free = at;
            BlocksOf(frame).Write(at, units, _units);
            List(frame);
            return false;
        }
        Insert(frame, new SlobBlock(at, units, around.After.Units != 0 ? around.After.At : _units), around);
        return false;
    }

    private void Insert(uint frame, SlobBlock block, Neighbours around)
    {
        SlobBlocks blocks = BlocksOf(frame);
        SlobBlock before = around.Before;
        if (before.Units == 0)
        {
            blocks.Write(block.At, block.Units, block.Next);
            _slobPages.Of(frame)->Free = block.At;
            return;
        }
        if (block.End == around.After.At && around.After.Units != 0)
            block = new SlobBlock(block.At, block.Units + around.After.Units, around.After.Next);
        if (before.End == block.At)
        {
            blocks.Write(before.At, before.Units + block.Units, block.Next);
            return;
        }
        blocks.Write(block.At, block.Units, block.Next);
        blocks.Write(before.At, before.Units, block.At);
    }

    /// <summary>Walks the whole chain.</summary>
    private Neighbours FindNeighbours(uint frame, int place, string function)
    {
        SlobPage* page = _slobPages.Of(frame);
        SlobBlock before = default, after = default;
        int sum = 0, next;
        for (int at = page->Free; at < _units; at = next)
        {
            SlobBlock block = ReadBlock(frame, at, function);
            sum += block.Units;
            next = block.Next;
            if (at < place)
                before = block;
            else if (after.Units == 0)
                after = block;
        }
        return sum == page->FreeUnits ? new Neighbours(before, after) : throw Damaged(frame, function);
    }

    /// <summary>A free block, if what stands in the page can be one: no block in use starts in it, and where it ends without
    /// another free one, a block in use does.</summary>
    private SlobBlock ReadBlock(uint frame, int at, string function)
    {
        bool isSound = BlocksOf(frame).TryRead(at, out SlobBlock block) && _slobPages.NextStart(frame, at) >= block.End
            && (block.End == block.Next || _slobPages.Of(frame)->IsDamaged || _slobPages.IsStart(frame, block.End));
        return isSound ? block : throw Damaged(frame, function);
    }

    /// <summary>True when a block in use of that size lies at the address: it starts there, none starts within it, and behind
    /// it comes another block or the end of the page.</summary>
    private bool IsInUse(uint frame, ulong address, ulong size, SlobBlock freeBehind)
    {
        ulong offset = address - AddressOf(frame, 0);
        if (offset % (ulong)_unitBytes != 0 || size == 0 || size > PageSize - offset)
            return false;
        int at = (int)(offset / (ulong)_unitBytes), end = at + UnitsOf(size);
        if (!_slobPages.IsStart(frame, at))
            return false;
        int nextInUse = _slobPages.NextStart(frame, at + 1), nextFree = freeBehind.Units != 0 ? freeBehind.At : _units;
        int next = Math.Min(nextInUse, nextFree);
        return _slobPages.Of(frame)->IsDamaged ? end <= next : end == next;
    }

    private void RequireInUse(uint frame, ulong address, ulong size, SlobBlock freeBehind, string function)
    {
        if (!IsInUse(frame, address, size, freeBehind))
        {
            throw Bug(function, $"no block of {size} bytes in use starts at {new VirtualAddress(address)}: it is free already,"
                + " was never allocated as such, or its size was overwritten");
        }
    }

    /// <summary>The chain of a page does not hold together. Its free blocks are written off, so that it is reported once.</summary>
    private Exception Damaged(uint frame, string function)
    {
        SlobPage* page = _slobPages.Of(frame);
        if (page->IsListed)
            Unlist(frame);
        page->FreeUnits = 0;
        page->Free = _units;
        page->IsDamaged = true;
        return Bug(function, $"the free blocks of the page at {new VirtualAddress(AddressOf(frame, 0))} were overwritten: their sizes"
            + " and links do not hold together; what was free there is lost");
    }

    /// <summary>set_slob_page_free.</summary>
    private void List(uint frame)
    {
        _slobPages.AddFirst(frame);
        _pageMap[frame].Flags |= PageFlags.Private;
    }

    /// <summary>clear_slob_page_free.</summary>
    private void Unlist(uint frame)
    {
        _slobPages.Remove(frame);
        _pageMap[frame].Flags &= ~PageFlags.Private;
    }
}
