namespace MiniKernel.Mm;

/// <content>Reading without changing: /proc/slabinfo's numbers and what an address is.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    /// <summary>Every cache, newest first, counted on its lists (s_show).</summary>
    public IReadOnlyList<SlabInfo> Snapshot()
    {
        var rows = new List<SlabInfo>();
        for (KmemCache? cache = Newest; cache != null; cache = cache.Older)
            rows.Add(CountLocked(cache));
        return rows;
    }

    /// <summary>True when the address is exactly an object that an allocation returned and nobody freed yet.</summary>
    public bool IsAllocated(ulong address)
    {
        if (CacheOf(address) is not { } cache)
            return false;
        ulong buffer = address - cache.Geometry.ObjectOffset;
        ulong slab = _pageMap[(address - _map.Base) >> _pageShift].Slab;
        byte* host = _map.Host(slab);
        if (!HoldsTogether(cache, slab, host))
            return false;
        var fields = new Slab<TWord>(host);
        ulong inSlab = buffer - fields.Mem, index = inSlab / cache.BufferSize;
        return index < cache.ObjectsPerSlab && index * cache.BufferSize == inSlab
            && fields.Bufctl[index] == BufctlFree && !IsParked(cache, buffer);
    }

    /// <summary>First rows of a slab's management, as Linux dumps it beside a corruption report.</summary>
    private List<string> HexdumpOfSlab(KmemCache cache, ulong slab)
    {
        int bytes = Slab<TWord>.StructBytes + (int)(cache.ObjectsPerSlab * SlabGeometry.BufctlBytes);
        var rows = new List<string>();
        if (!TrySlabHost(slab, (ulong)bytes, out byte* host))
            return rows;
        for (int row = 0; row < bytes; row += 16)
        {
            rows.Add(DumpLine(new ReadOnlySpan<byte>(host + row, Math.Min(16, bytes - row)), row));
        }
        return rows;
    }

    private static bool IsParked(KmemCache cache, ulong buffer)
    {
        foreach (ArrayCache? array in cache.Arrays)
        {
            if (array != null && Holds(array, buffer))
                return true;
        }
        return cache.Shared != null && Holds(cache.Shared, buffer);
    }

    private static bool Holds(ArrayCache array, ulong buffer) =>
        new ReadOnlySpan<ulong>(ObjectStack.Entries(array.Stack), (int)array.Stack->Available).Contains(buffer);

    private SlabInfo CountLocked(KmemCache cache)
    {
        cache.Lock.Enter();
        try
        {
            return Count(cache);
        }
        finally
        {
            cache.Lock.Exit();
        }
    }

    private SlabInfo Count(KmemCache cache)
    {
        KmemList3 lists = cache.List3;
        uint objects = cache.ObjectsPerSlab;
        ulong active = 0, activeSlabs = 0, freeSlabs = 0;
        string? error = null;
        error ??= Walk(cache, lists.Full, inUse =>
        {
            active += objects;
            activeSlabs++;
            return inUse != objects ? "slabs_full accounting error" : null;
        });
        error ??= Walk(cache, lists.Partial, inUse =>
        {
            active += inUse;
            activeSlabs++;
            return inUse == objects ? "slabs_partial inuse accounting error" : inUse == 0 ? "slabs_partial/inuse accounting error" : null;
        });
        error ??= Walk(cache, lists.Free, inUse =>
        {
            freeSlabs++;
            return inUse != 0 ? "slabs_free/inuse accounting error" : null;
        });
        ulong slabs = activeSlabs + freeSlabs, total = slabs * objects;
        if (total - active != lists.FreeObjects)
            error ??= "free_objects accounting error";
        return new SlabInfo(
            cache.Name, active, total, (uint)cache.BufferSize, objects, cache.Geometry.PagesPerSlab,
            cache.Limit, cache.BatchCount, cache.SharedFactor, activeSlabs, slabs, cache.Shared == null ? 0 : cache.Shared.Stack->Available, error);
    }

    /// <summary>Visits a list's slabs; stops at the first thing that cannot be a slab.</summary>
    private string? Walk(KmemCache cache, ulong head, Func<uint, string?> visit)
    {
        string? error = null;
        ulong bytes = (uint)Slab<TWord>.StructBytes, previous = head;
        for (ulong slab = cache.List3.First(head); slab != head;)
        {
            if (!TrySlabHost(slab, bytes, out byte* host) || !HoldsTogether(cache, slab, host)
                || new Slab<TWord>(host).Prev != previous)
            {
                return "slab list corruption";
            }
            error = visit(new Slab<TWord>(host).InUse) ?? error;
            previous = slab;
            slab = new Slab<TWord>(host).Next;
        }
        return error;
    }
}
