using System.Runtime.CompilerServices;

namespace MiniKernel.Mm;

/// <content>Allocation behind an empty stack: cache_alloc_refill and slab_get_obj.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    // After a reap an array that nobody used is filled by halves only (BATCHREFILL_LIMIT).
    private const uint BatchRefillLimit = 16;

    /// <summary>Serves an allocation that found its CPU's stack empty; grows the cache when it must.</summary>
    /// <returns>The buffer's address; 0 when no page could be had.</returns>
    private ulong Refill(KmemCache cache, int cpu, GfpFlags flags)
    {
        for (; ; )
        {
            ArrayCache array = ArrayOf(cache, cpu);
            FillArray(cache, array);
            if (array.Stack->Available == 0)
            {
                bool grown = Grow(cache, cpu, flags);
                array = ArrayOf(cache, cpu);        // a constructor or shrinker may have used the cache meanwhile
                if (array.Stack->Available == 0)
                {
                    if (!grown)
                        return 0;
                    continue;
                }
            }
            array.Stack->Touched = 1;
            ulong buffer = array.Pop();
            array.Sync();
            return buffer;
        }
    }

    private void FillArray(KmemCache cache, ArrayCache array)
    {
        cache.Lock.Enter();
        try
        {
            CheckViews(cache, array);
            cache.Counters.Refills++;
            if (array.Stack->Available == 0 && !FillFromShared(cache, array))
                FillFromSlabs(cache, array);
        }
        finally
        {
            cache.Lock.Exit();
        }
    }

    private static uint Wanted(ObjectStack* stack) =>
        stack->Touched == 0 ? Math.Min(stack->BatchCount, BatchRefillLimit) : stack->BatchCount;

    /// <summary>transfer_objects: the newest entries of the shared array, in their order.</summary>
    private bool FillFromShared(KmemCache cache, ArrayCache array)
    {
        if (cache.Shared is not { } shared || shared.Stack->Available == 0)
            return false;
        ObjectStack* from = shared.Stack, to = array.Stack;
        uint count = Math.Min(Math.Min(from->Available, Wanted(to)), to->Limit - to->Available);
        if (count == 0)
            return false;
        from->Available -= count;
        new ReadOnlySpan<ulong>(ObjectStack.Entries(from) + from->Available, (int)count)
            .CopyTo(new Span<ulong>(ObjectStack.Entries(to) + to->Available, (int)count));
        to->Available += count;
        shared.Sync();
        _trace.Sink?.Trace(new CacheRefillEvent(cache, RefillSource.Shared, default, count));
        return true;
    }

    /// <summary>Pulls objects off partial slabs, then off free ones, until the batch is full or the lists are empty.</summary>
    private void FillFromSlabs(KmemCache cache, ArrayCache array)
    {
        KmemList3 lists = cache.List3;
        uint want = Wanted(array.Stack);
        while (want > 0)
        {
            ulong head = lists.Partial, slab = lists.First(head);
            if (slab == head)
            {
                RequireEmpty(lists, head, "cache_alloc_refill");
                lists.FreeTouched = 1;
                head = lists.Free;
                slab = lists.First(head);
                if (slab == head)
                {
                    RequireEmpty(lists, head, "cache_alloc_refill");
                    return;
                }
            }
            byte* host = CheckSlab(cache, slab, "cache_alloc_refill");
            cache.Counters.Examined++;
            cache.Counters.Moves++;
            CheckChain(cache, host, slab);
            Unlink(host, slab, "cache_alloc_refill");
            uint taken = TakeObjects(cache, host, array.Stack, want);
            want -= taken;
            if (_trace.IsOn)
                TraceRefill(cache, isFree: head == lists.Free, slab, taken);
            LinkHead(lists, new Slab<TWord>(host).Free == BufctlEnd ? lists.Full : lists.Partial, host, slab, "cache_alloc_refill");
            AddFreeObjects(lists, -taken);
        }
    }

    /// <summary>A slab that is to give objects must have some, and its free chain must hold as many as inuse leaves.</summary>
    private void CheckChain(KmemCache cache, byte* host, ulong slab)
    {
        var fields = new Slab<TWord>(host);
        uint objects = cache.ObjectsPerSlab, inUse = fields.InUse;
        if (inUse >= objects || !IsChainIntact(fields.Bufctl, fields.Free, objects - inUse, objects))
            throw CorruptSlab(cache, slab, inUse, "cache_alloc_refill");
    }

    /// <summary>slab_get_obj, as often as wanted and possible. A taken buffer's bufctl says so (BUFCTL_FREE, as in a kernel
    /// with SLAB debugging compiled in), so that a damaged chain cannot lead into objects in use.</summary>
    private static uint TakeObjects(KmemCache cache, byte* host, ObjectStack* stack, uint want)
    {
        var slab = new Slab<TWord>(host);
        uint free = slab.Free;
        uint* bufctl = slab.Bufctl;
        ulong mem = slab.Mem, size = cache.BufferSize;
        ulong* top = ObjectStack.Entries(stack) + stack->Available;
        uint taken = Math.Min(want, cache.ObjectsPerSlab - slab.InUse);
        for (uint i = 0; i < taken; i++)
        {
            *top++ = mem + (free * size);
            uint next = bufctl[free];
            bufctl[free] = BufctlFree;
            free = next;
        }
        stack->Available += taken;
        slab.InUse += taken;
        slab.Free = free;
        return taken;
    }

    /// <summary>Walks a free chain: exactly <paramref name="length"/> valid steps, then END. Anything else is damage.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsChainIntact(uint* bufctl, uint free, uint length, uint objects)
    {
        for (; length != 0; length--)
        {
            if (free >= objects)
                return false;
            free = bufctl[free];
        }
        return free == BufctlEnd;
    }

    private Exception CorruptSlab(KmemCache cache, ulong slab, uint inUse, string function)
    {
        _reports.Report(new SlabDebugReport(cache.Name,
            [$"slab: Internal list corruption detected in cache '{cache.Name}'({cache.Geometry.ObjectsPerSlab}), slabp 0x{slab:x}({(int)inUse}). Hexdump:", .. HexdumpOfSlab(cache, slab)]));
        return Bug(function, $"the free chain of slab 0x{slab:x} of cache `{cache.Name}' does not hold what its inuse count says");
    }
}
