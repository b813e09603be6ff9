using System.Numerics;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>The pages SLOB has cut up: their records, and free_slob_pages, the list of those with free blocks.</summary>
/// <remarks>Behind each record stands a bit a unit: a block in use starts here. Linux has no such thing and believes sizes
/// and links that it reads from the page; this is what they are checked against. Native, costs nothing until touched.</remarks>
internal sealed unsafe class SlobPages : IDisposable
{
    private readonly NativeRegion _region;
    private readonly uint _stride;
    private readonly int _units;

    /// <summary>Room for every frame.</summary>
    /// <param name="frames">Frames of RAM.</param>
    /// <param name="units">Units a page; a multiple of 64.</param>
    public SlobPages(uint frames, int units)
    {
        _units = units;
        _stride = (uint)((sizeof(SlobPage) + 7) & ~7) + (uint)(units / 8);
        _region = new NativeRegion((ulong)frames * _stride);
    }

    /// <summary>Head of free_slob_pages: the frame a search starts with; 0 when the list is empty.</summary>
    public uint First { get; private set; }

    /// <summary>Its tail; 0 when the list is empty.</summary>
    public uint Last { get; private set; }

    /// <summary>Pages that are SLOB's.</summary>
    public ulong Count { get; private set; }

    /// <summary>Blocks in use in them.</summary>
    public ulong Blocks { get; private set; }

    /// <summary>The record of a frame that <see cref="Begin"/> has been called for.</summary>
    public SlobPage* Of(uint frame) => (SlobPage*)(_region.Base + ((ulong)frame * _stride));

    /// <summary>A frame becomes a page of SLOB's: one free block, no block in use, on no list.</summary>
    public void Begin(uint frame)
    {
        _region.Commit((ulong)frame * _stride, _stride);
        End(frame);                             // somebody may have freed it behind SLOB's back, and here it is again
        new Span<byte>(Of(frame), (int)_stride).Clear();
        Of(frame)->FreeUnits = _units;
        Of(frame)->IsOurs = true;
        Count++;
    }

    /// <summary>A frame ceases to be one.</summary>
    public void End(uint frame)
    {
        SlobPage* page = Of(frame);
        if (!page->IsOurs)
            return;
        if (page->IsListed)
            Remove(frame);
        page->IsOurs = false;
        Blocks -= page->Blocks;
        Count--;
    }

    /// <summary>list_add: the next search starts with it.</summary>
    public void AddFirst(uint frame)
    {
        SlobPage* page = Of(frame);
        page->IsListed = true;
        page->Prev = 0;
        page->Next = First;
        if (First != 0)
            Of(First)->Prev = frame;
        else
            Last = frame;
        First = frame;
    }

    /// <summary>list_del.</summary>
    public void Remove(uint frame)
    {
        SlobPage* page = Of(frame);
        page->IsListed = false;
        if (page->Prev != 0)
            Of(page->Prev)->Next = page->Next;
        else
            First = page->Next;
        if (page->Next != 0)
            Of(page->Next)->Prev = page->Prev;
        else
            Last = page->Prev;
    }

    /// <summary>Lets the next search start behind a frame: the list is a ring that is cut somewhere else (list_move_tail of
    /// its head). Nothing for 0 and for the last one.</summary>
    public void StartBehind(uint frame)
    {
        if (frame == 0 || frame == Last)
            return;
        uint first = Of(frame)->Next;
        Of(Last)->Next = First;
        Of(First)->Prev = Last;
        First = first;
        Last = frame;
        Of(first)->Prev = 0;
        Of(frame)->Next = 0;
    }

    /// <summary>Does a block in use start there?</summary>
    public bool IsStart(uint frame, int unit) => (BitsOf(frame)[unit >> 6] & (1UL << (unit & 63))) != 0;

    /// <summary>Notes that a block is in use, or with false that it no longer is.</summary>
    public void MarkStart(uint frame, int unit, bool inUse)
    {
        ulong bit = 1UL << (unit & 63);
        ref ulong word = ref BitsOf(frame)[unit >> 6];
        word = inUse ? word | bit : word & ~bit;
        Of(frame)->Blocks += (ushort)(inUse ? 1 : -1);
        Blocks += inUse ? 1UL : ~0UL;
    }

    /// <summary>The first block in use that starts at or behind a unit; the units of a page when none does.</summary>
    public int NextStart(uint frame, int unit)
    {
        ulong* bits = BitsOf(frame);
        for (int word = unit >> 6; word < _units >> 6; word++)
        {
            ulong rest = word == unit >> 6 ? bits[word] & (~0UL << (unit & 63)) : bits[word];
            if (rest != 0)
                return (word << 6) + BitOperations.TrailingZeroCount(rest);
        }
        return _units;
    }

    /// <inheritdoc/>
    public void Dispose() => _region.Dispose();

    private ulong* BitsOf(uint frame) => (ulong*)((byte*)Of(frame) + _stride - (_units / 8));
}
