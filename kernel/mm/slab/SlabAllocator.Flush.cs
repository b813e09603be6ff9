using System.Runtime.CompilerServices;

namespace MiniKernel.Mm;

/// <content>Freeing behind a full stack: cache_flusharray, free_block and slab_put_obj.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
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

    /// <summary>Serves a free that found its CPU's stack full.</summary>
    private void Flush(KmemCache cache, int cpu, ulong buffer)
    {
        ArrayCache array = ArrayOf(cache, cpu);
        uint batch = Math.Min(array.Stack->BatchCount, array.Stack->Available);
        try
        {
            if (!MoveToShared(cache, array, batch))
                DrainToSlabs(cache, cpu, array, batch);
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

    private bool MoveToShared(KmemCache cache, ArrayCache array, uint batch)
    {
        cache.Lock.Enter();
        try
        {
            CheckViews(cache, array);
            return cache.Shared is { } shared && Move(cache, array, shared, batch);
        }
        finally
        {
            cache.Lock.Exit();
        }
    }

    private bool Move(KmemCache cache, ArrayCache array, ArrayCache shared, uint batch)
    {
        ObjectStack* to = shared.Stack;
        uint count = Math.Min(batch, to->Limit - to->Available);
        if (count == 0)
            return false;
        new ReadOnlySpan<ulong>(ObjectStack.Entries(array.Stack), (int)count)
            .CopyTo(new Span<ulong>(ObjectStack.Entries(to) + to->Available, (int)count));
        to->Available += count;
        array.RemoveOldest(count);
        shared.Sync();
        _trace.Sink?.Trace(new CacheFlushEvent(cache, ToShared: true, count));
        return true;
    }

    private void DrainToSlabs(KmemCache cache, int cpu, ArrayCache array, uint count)
    {
        _trace.Sink?.Trace(new CacheFlushEvent(cache, ToShared: false, count));
        DrainOldest(cache, cpu, array, count);
    }

    /// <summary>Frees the <paramref name="count"/> oldest entries of an array to their slabs.</summary>
    [SkipLocalsInit]
    private void DrainOldest(KmemCache cache, int cpu, ArrayCache array, uint count)
    {
        ulong* chunk = stackalloc ulong[FlushChunk];
        bool isCpuArray = array == cache.Arrays[cpu];
        while (count != 0)
        {
            if (isCpuArray && array != cache.Arrays[cpu])
                return;                         // retuned while a destructor ran: whoever did that empties and frees it
            // A destructor may have taken from this very array since the last chunk.
            uint now = TakeOldest(cache, array, chunk, Math.Min(count, FlushChunk));
            if (now == 0)
                return;
            count -= now;
            FreeBlock(cache, cpu, chunk, now);
        }
    }

    /// <summary>Moves the oldest entries out of an array; the shared one is everybody's.</summary>
    private static uint TakeOldest(KmemCache cache, ArrayCache array, ulong* chunk, uint count)
    {
        bool isShared = array == cache.Shared;
        if (isShared)
            cache.Lock.Enter();
        uint taken = Math.Min(count, array.Stack->Available);
        new ReadOnlySpan<ulong>(ObjectStack.Entries(array.Stack), (int)taken).CopyTo(new Span<ulong>(chunk, FlushChunk));
        array.RemoveOldest(taken);
        if (isShared)
            cache.Lock.Exit();
        return taken;
    }

    /// <summary>free_block: each buffer back to its slab. One that cannot be is dropped, the others go on; then the BUG.</summary>
    private void FreeBlock(KmemCache cache, int cpu, ulong* buffers, uint count)
    {
        uint done = 0;
        PutResult worst = PutResult.Done;
        ulong bad = 0;
        cache.Lock.Enter();
        try
        {
            cache.Counters.Flushes++;
            while (done < count)
            {
                ulong buffer = buffers[done++];
                PutResult result = PutObject(cache, buffer, out byte* slab, out bool isDead);
                if (result != PutResult.Done)
                    (worst, bad) = (result, buffer);
                else if (isDead)
                    DestroyUnlocked(cache, cpu, slab, buffer);
                else if (slab != null)
                    done += PutRun(cache, slab, buffers + done, count - done);
            }
        }
        finally
        {
            cache.Lock.Exit();
            if (done < count)
                FreeBlock(cache, cpu, buffers + done, count - done);      // a destructor or a damaged list threw
        }
        if (worst != PutResult.Done)
            throw BadPut(cache, bad, worst);
    }

    /// <summary>Ends a slab without the lock: its destructor may use the cache.</summary>
    private void DestroyUnlocked(KmemCache cache, int cpu, byte* host, ulong buffer)
    {
        ulong slab = _pageMap[(buffer - _map.Base) >> _pageShift].Slab;
        cache.Lock.Exit();
        try
        {
            DestroySlab(cache, cpu, host, slab);
        }
        finally
        {
            cache.Lock.Enter();
        }
    }

    /// <summary>Frees as many of the buffers as lie in the slab that was just put last on the partial list: nothing moves on
    /// the lists for them. Stops at the first that is another slab's, needs a closer look, or would empty the slab.</summary>
    /// <returns>How many were freed.</returns>
    private static uint PutRun(KmemCache cache, byte* host, ulong* buffers, uint count)
    {
        var slab = new Slab<TWord>(host);
        uint* bufctl = slab.Bufctl;
        ulong mem = slab.Mem, size = cache.BufferSize, span = cache.ObjectsPerSlab * size, reciprocal = cache.Reciprocal;
        uint inUse = slab.InUse, free = slab.Free, done = 0;
        while (done < count && inUse > 1)
        {
            ulong inSlab = buffers[done] - mem;
            uint index = (uint)((inSlab * reciprocal) >> 32);
            if (inSlab >= span || index * size != inSlab || bufctl[index] != BufctlFree)
                break;
            bufctl[index] = free;
            free = index;
            inUse--;
            done++;
        }
        slab.InUse = inUse;
        slab.Free = free;
        AddFreeObjects(cache.List3, done);
        return done;
    }

    /// <summary>Checks a buffer and its slab, and frees it.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="buffer">The buffer.</param>
    /// <param name="moved">The slab when it is now the last partial one, or dead; else null.</param>
    /// <param name="isDead">True when the slab is on no list any more and has to be destroyed.</param>
    private PutResult PutObject(KmemCache cache, ulong buffer, out byte* moved, out bool isDead)
    {
        moved = null;
        isDead = false;
        ulong offset = buffer - _map.Base;
        if (offset >= _map.Size)
            return PutResult.NotInCache;
        Page* page = _pageMap + (offset >> _pageShift);
        if (page->Cache != cache.Record)
            return PutResult.NotInCache;
        ulong slab = page->Slab;
        byte* host = _map.Host(slab);
        if (!HoldsTogether(cache, slab, host))
            return PutResult.CorruptSlab;

        var fields = new Slab<TWord>(host);
        ulong inSlab = buffer - fields.Mem;
        uint index = (uint)((inSlab * cache.Reciprocal) >> 32), objects = cache.ObjectsPerSlab;
        if (index >= objects || index * cache.BufferSize != inSlab)
            return PutResult.NotAnObject;
        uint* bufctl = fields.Bufctl;
        if (bufctl[index] != BufctlFree)
            return PutResult.AlreadyFree;
        uint inUse = fields.InUse - 1, free = fields.Free;
        if (inUse >= objects || (free >= objects && free != BufctlEnd)
            || (inUse == 0 && !IsChainIntact(bufctl, free, objects - 1, objects)))
            return PutResult.CorruptSlab;

        isDead = PutIntoSlab(cache, host, slab, index, inUse);
        if (inUse != 0 || isDead)
            moved = host;
        return PutResult.Done;
    }

    /// <summary>slab_put_obj, and where the slab goes then: off the lists or to the head of the free ones when it emptied, to
    /// the tail of the partial list otherwise.</summary>
    /// <returns>True when there are free objects enough without it: it is to be destroyed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool PutIntoSlab(KmemCache cache, byte* host, ulong slab, uint index, uint inUse)
    {
        KmemList3 lists = cache.List3;
        var fields = new Slab<TWord>(host);
        bool staysLast = inUse != 0 && fields.Next == lists.Partial && TWord.Read(lists.PartialHost + TWord.Bytes) == slab;
        if (!staysLast)
            Unlink(host, slab, "free_block");
        fields.Bufctl[index] = fields.Free;
        fields.Free = index;
        fields.InUse = inUse;
        AddFreeObjects(lists, 1);
        if (staysLast)
            return false;
        cache.Counters.Moves++;
        if (inUse != 0)
        {
            LinkTail(lists, lists.Partial, host, slab, "free_block");
            return false;
        }
        if (lists.FreeObjects > lists.FreeLimit)
        {
            AddFreeObjects(lists, -cache.ObjectsPerSlab);
            cache.Counters.Destroyed++;
            return true;
        }
        LinkHead(lists, lists.Free, host, slab, "free_block");
        return false;
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
