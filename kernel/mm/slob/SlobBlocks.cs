namespace MiniKernel.Mm;

/// <summary>A free block as a page shows it.</summary>
/// <param name="At">Unit where it starts.</param>
/// <param name="Units">Its size.</param>
/// <param name="Next">Unit where the next free block starts; the units of a page when there is none.</param>
internal readonly record struct SlobBlock(int At, int Units, int Next)
{
    /// <summary>First unit behind it.</summary>
    public int End => At + Units;
}

/// <summary>slob_t: the chain of free blocks, written into the free blocks of a page themselves.</summary>
/// <remarks>A block of one unit holds the negated offset of the next one; a larger one its size, and the offset in its second
/// unit. A unit is an s16, with pages of 64 KiB an s32. Anybody can have written over them: <see cref="TryRead"/> looks whether
/// they make sense within the page. Source: set_slob, slob_units and slob_next, Linux 2.6.24 mm/slob.c.</remarks>
internal readonly unsafe struct SlobBlocks(byte* page, int unitBytes, int units)
{
    /// <summary>sizeof(slob_t) for a page size.</summary>
    public static int UnitBytesOf(int pageSize) => pageSize <= 32767 * 2 ? sizeof(short) : sizeof(int);

    /// <summary>set_slob.</summary>
    public void Write(int at, int blockUnits, int next)
    {
        if (blockUnits > 1)
        {
            Set(at, blockUnits);
            Set(at + 1, next);
        }
        else
        {
            Set(at, -next);
        }
    }

    /// <summary>Reads the free block that starts at a unit of the page.</summary>
    /// <returns>False when it cannot be one: it, or what it leads to, would not lie behind it in the page.</returns>
    public bool TryRead(int at, out SlobBlock block)
    {
        int first = Get(at);
        bool isSingle = first < 0;
        int size = isSingle ? 1 : first;
        if (first is 0 or 1 || size > units - at)
        {
            block = default;
            return false;
        }
        int next = isSingle ? -first : Get(at + 1);
        block = new SlobBlock(at, size, next);
        return next >= block.End && next <= units;
    }

    private int Get(int at) => unitBytes == sizeof(short) ? ((short*)page)[at] : ((int*)page)[at];

    private void Set(int at, int value)
    {
        if (unitBytes == sizeof(short))
            ((short*)page)[at] = (short)value;
        else
            ((int*)page)[at] = value;
    }
}
