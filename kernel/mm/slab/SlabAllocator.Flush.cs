using System.Runtime.CompilerServices;

namespace MiniKernel.Mm;

/// <content>Freeing behind a full stack: cache_flusharray, free_block and slab_put_obj.</content>
internal sealed unsafe partial class SlabAllocator
{
    // Objects leave an array through a buffer of this many, so that no destructor meets them there again.
    private const int FlushChunk = 128;

    private enum PutResult
    {
        Done,
        NotInCache,
        NotAnObject,
        AlreadyFree,
        CorruptSlab,
    }

    /// <inheritdoc/>
    public void Flush(KmemCache cache, int cpu, ulong buffer)
    {
        ArrayCache array = ArrayOf(cache, cpu);
        CheckViews(cache, array);
        try
        {
            uint batch = Math.Min(array.Stack->BatchCount, array.Stack->Available);
            if (!MoveToShared(cache, array, batch))
                DrainOldest(cache, cpu, array, batch);
        }
        finally
        {
            array = ArrayOf(cache, cpu);            // a destructor may have used the cache meanwhile
            if (array.Stack->Available < array.Stack->Limit)
                array.Push(buffer);
            else
                Flush(cache, cpu, buffer);
            array.Sync();
        }
    }

    private static bool MoveToShared(KmemCache cache, ArrayCache array, uint batch)
    {
        if (cache.Shared is not { } shared)
            return false;
        ObjectStack* to = shared.Stack;
        uint count = Math.Min(batch, to->Limit - to->Available);
        if (count == 0)
            return false;
        new ReadOnlySpan<ulong>(ObjectStack.Entries(array.Stack), (int)count)
            .CopyTo(new Span<ulong>(ObjectStack.Entries(to) + to->Available, (int)count));
        to->Available += count;
        array.RemoveOldest(count);
        shared.Sync();
        return true;
    }

    /// <summary>Frees the <paramref name="count"/> oldest entries of an array to their slabs.</summary>
    [SkipLocalsInit]
    private void DrainOldest(KmemCache cache, int cpu, ArrayCache array, uint count)
    {
        ulong* chunk = stackalloc ulong[FlushChunk];
        while (count != 0)
        {
            uint now = Math.Min(count, FlushChunk);
            new ReadOnlySpan<ulong>(ObjectStack.Entries(array.Stack), (int)now).CopyTo(new Span<ulong>(chunk, FlushChunk));
            array.RemoveOldest(now);
            count -= now;
            FreeBlock(cache, cpu, chunk, now);
        }
    }

    /// <summary>free_block: each buffer back to its slab. One that cannot be is dropped, the others go on; then the BUG.</summary>
    private void FreeBlock(KmemCache cache, int cpu, ulong* buffers, uint count)
    {
        uint done = 0;
        PutResult worst = PutResult.Done;
        ulong bad = 0;
        try
        {
            while (done < count)
            {
                ulong buffer = buffers[done++];
                PutResult result = PutObject(cache, cpu, buffer);
                if (result != PutResult.Done)
                    (worst, bad) = (result, buffer);
            }
        }
        finally
        {
            if (done < count)
                FreeBlock(cache, cpu, buffers + done, count - done);      // a destructor or a damaged list threw
        }
        if (worst != PutResult.Done)
            throw BadPut(cache, bad, worst);
    }

    private PutResult PutObject(KmemCache cache, int cpu, ulong buffer)
    {
        ulong offset = buffer - _map.Base;
        if (offset >= _map.Size)
            return PutResult.NotInCache;
        Page* page = _pageMap + (offset >> _pageShift);
        if (page->Cache != cache.Record)
            return PutResult.NotInCache;
        ulong slab = page->Slab;
        _map.TryHost(slab, 0, out byte* host);
        if (!HoldsTogether(cache, slab, host))
            return PutResult.CorruptSlab;

        ulong inSlab = buffer - _map.ReadWord(host + _layouts.SlabMem);
        uint index = (uint)((inSlab * cache.Reciprocal) >> 32), objects = cache.Geometry.ObjectsPerSlab;
        if (index >= objects || index * cache.Geometry.BufferSize != inSlab)
            return PutResult.NotAnObject;
        uint* bufctl = (uint*)(host + _layouts.SlabBufctl);
        if (bufctl[index] != BufctlFree)
            return PutResult.AlreadyFree;
        uint inUse = *(uint*)(host + _layouts.SlabInUse) - 1, free = *(uint*)(host + _layouts.SlabFree);
        if (inUse >= objects || (free >= objects && free != BufctlEnd)
            || (inUse == 0 && !IsChainIntact(bufctl, free, objects - 1, objects)))
            return PutResult.CorruptSlab;

        PutIntoSlab(cache, cpu, host, slab, index, inUse);
        return PutResult.Done;
    }

    /// <summary>slab_put_obj, and where the slab goes then: destroyed or to the head of the free list when it emptied, to the
    /// tail of the partial list otherwise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutIntoSlab(KmemCache cache, int cpu, byte* host, ulong slab, uint index, uint inUse)
    {
        KmemList3 lists = cache.List3;
        bool staysLast = inUse != 0 && _map.ReadWord(host) == lists.Partial && lists.Last(lists.Partial) == slab;
        if (!staysLast)
            Unlink(host, slab, "free_block");
        uint* free = (uint*)(host + _layouts.SlabFree);
        ((uint*)(host + _layouts.SlabBufctl))[index] = *free;
        *free = index;
        *(uint*)(host + _layouts.SlabInUse) = inUse;
        lists.FreeObjects++;
        if (staysLast)
            return;
        if (inUse != 0)
        {
            LinkTail(lists, lists.Partial, host, slab, "free_block");
        }
        else if (lists.FreeObjects > lists.FreeLimit)
        {
            lists.FreeObjects -= cache.Geometry.ObjectsPerSlab;
            DestroySlab(cache, cpu, host, slab);
        }
        else
        {
            LinkHead(lists, lists.Free, host, slab, "free_block");
        }
    }

    private Exception BadPut(KmemCache cache, ulong buffer, PutResult result)
    {
        switch (result)
        {
            case PutResult.AlreadyFree:
                _reports.Report(new SlabDebugReport(cache.Name, [$"slab: double free detected in cache '{cache.Name}', objp 0x{buffer:x}"]));
                return Bug("slab_put_obj", $"0x{buffer:x} of cache `{cache.Name}' is free already");
            case PutResult.NotAnObject:
                return Bug("free_block", $"0x{buffer:x} is not the start of an object of cache `{cache.Name}'");
            case PutResult.NotInCache:
                return Bug("free_block", $"0x{buffer:x} does not lie in a slab of cache `{cache.Name}'");
            default:
                ulong slab = _pageMap[(buffer - _map.Base) >> _pageShift].Slab;
                return CorruptSlab(cache, slab, 0, "free_block");
        }
    }
}
