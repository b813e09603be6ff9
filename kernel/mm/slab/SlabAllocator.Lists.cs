using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>What is read back from simulated memory is checked here: slabs and the links of their lists.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    /// <summary>Checks a slab address that came from a list: readable, and its pages say that they belong to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* CheckSlab(KmemCache cache, ulong slab, string function)
    {
        ulong bytes = (uint)Slab<TWord>.StructBytes + (cache.ObjectsPerSlab * (ulong)SlabGeometry.BufctlBytes);
        if (!TrySlabHost(slab, bytes, out byte* host) || !HoldsTogether(cache, slab, host))
            throw BadSlab(cache, slab, function);
        return host;
    }

    /// <summary>True when the slab's own fields agree with what the page map knows of its pages.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HoldsTogether(KmemCache cache, ulong slab, byte* host)
    {
        var fields = new Slab<TWord>(host);
        ulong offset = fields.Mem - _map.Base;
        if (offset >= _map.Size)
            return false;
        uint first = (uint)(offset >> _pageShift) & cache.FirstPageMask;
        Page* page = _pageMap + first;
        return page->Cache == cache.Record && page->Slab == slab
            && offset - ((ulong)first << _pageShift) == page->Prev && fields.ColourOff == page->Prev;
    }

    private Exception BadSlab(KmemCache cache, ulong slab, string function) =>
        Bug(function, $"0x{slab:x} on a list of cache `{cache.Name}' is not one of its slabs: a list head, or a slab's list, colouroff or s_mem was overwritten");

    /// <summary>list_del, refused when the neighbours do not point back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Unlink(byte* host, ulong node, string function)
    {
        ulong next = new Slab<TWord>(host).Next, prev = new Slab<TWord>(host).Prev;
        byte* nextHost = LinkHost(next, function), prevHost = LinkHost(prev, function);
        if (TWord.Read(nextHost + TWord.Bytes) != node || TWord.Read(prevHost) != node)
            throw BadLink(node, function);
        TWord.Write(nextHost + TWord.Bytes, prev);
        TWord.Write(prevHost, next);
    }

    /// <summary>list_add: behind the head.</summary>
    private void LinkHead(KmemList3 lists, ulong head, byte* host, ulong node, string function) =>
        LinkBetween(head, lists.First(head), host, node, function);

    /// <summary>list_add_tail: before the head.</summary>
    private void LinkTail(KmemList3 lists, ulong head, byte* host, ulong node, string function) =>
        LinkBetween(lists.Last(head), head, host, node, function);

    private void LinkBetween(ulong prev, ulong next, byte* host, ulong node, string function)
    {
        byte* nextHost = LinkHost(next, function), prevHost = LinkHost(prev, function);
        if (TWord.Read(nextHost + TWord.Bytes) != prev || TWord.Read(prevHost) != next)
            throw BadLink(node, function);
        TWord.Write(nextHost + TWord.Bytes, node);
        TWord.Write(host, next);
        TWord.Write(host + TWord.Bytes, prev);
        TWord.Write(prevHost, node);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* LinkHost(ulong address, string function) =>
        TrySlabHost(address, 2 * (ulong)TWord.Bytes, out byte* host) || _map.TryHost(address, 2 * (ulong)TWord.Bytes, out host)
            ? host
            : throw BadLink(address, function);

    /// <summary>KernelMap.TryHost for slabs: they lie in the direct map, and at any address when the cache's alignment is no
    /// power of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TrySlabHost(ulong slab, ulong bytes, out byte* host)
    {
        ulong offset = slab - _map.Base;
        host = _map.Ram + offset;
        return offset < _map.Size && bytes <= _map.Size - offset;
    }

    private Exception BadLink(ulong node, string function) =>
        Bug(function, $"slab list corruption at 0x{node:x}: the neighbours' next and prev do not lead back to it");

    /// <summary>A head whose one end leads back to itself must do so at the other end too; else slabs would be lost, and an
    /// allocation that sees an empty list would grow the cache for ever.</summary>
    private void RequireEmpty(KmemList3 lists, ulong head, string function)
    {
        if (lists.First(head) != head || lists.Last(head) != head)
            throw BadLink(head, function);
    }

    /// <summary>list_empty; the first entry of any other list is a slab.</summary>
    private bool IsEmpty(KmemCache cache, ulong head, string function)
    {
        ulong first = cache.List3.First(head);
        if (first != head)
            CheckSlab(cache, first, function);
        else
            RequireEmpty(cache.List3, head, function);
        return first == head;
    }

    /// <summary>free_objects += delta, in simulated memory and in its guard.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFreeObjects(KmemList3 lists, long delta)
    {
        byte* at = lists.FreeObjectsHost;
        ulong value = TWord.Read(at) + (ulong)delta;
        TWord.Write(at, value);
        TWord.Write(lists.Numbers.Copy, value);
    }

    /// <summary>Compares what mm shows of itself with what it last wrote; a difference is reported once and put right.</summary>
    private void CheckViews(KmemCache cache, ArrayCache array)
    {
        CheckView(cache, cache.DescriptorView, "kmem_cache");
        CheckView(cache, array.View, "array_cache");
        CheckView(cache, cache.List3.Numbers, "kmem_list3");
        if (cache.Shared is { } shared)
            CheckView(cache, shared.View, "array_cache (shared)");
    }

    private void CheckViewsLocked(KmemCache cache, ArrayCache array)
    {
        cache.Lock.Enter();
        CheckViews(cache, array);
        cache.Lock.Exit();
    }

    private static void SyncLocked(KmemCache cache, ArrayCache array)
    {
        cache.Lock.Enter();
        array.Sync();
        cache.Lock.Exit();
    }

    /// <summary>Every view of a cache and the head of the chain: what rare calls look through before they write any of it.
    /// Arrays of CPUs that run freely are looked at by those CPUs.</summary>
    private void CheckAllViews(KmemCache cache, int cpu)
    {
        cache.Lock.Enter();
        CheckView(_cacheCache, _cacheChain!, "cache_chain");
        CheckView(cache, cache.DescriptorView, "kmem_cache");
        if (cache.List3 is { } lists)
            CheckView(cache, lists.Numbers, "kmem_list3");
        for (int other = 0; other < cache.Arrays.Length; other++)
        {
            if (cache.Arrays[other] is { } array && _calls.IsDirect(cpu, other))
                CheckView(cache, array.View, "array_cache");
        }
        if (cache.Shared is { } shared)
            CheckView(cache, shared.View, "array_cache (shared)");
        cache.Lock.Exit();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckView(KmemCache cache, MemoryView view, string what)
    {
        if (!view.IsIntact)
            ReportOverwritten(cache, view, what);
    }

    private void ReportOverwritten(KmemCache cache, MemoryView view, string what)
    {
        int at = view.FirstDifference();
        byte found = view.Host[at], expected = view.Copy[at];
        view.Publish();
        _reports.Report(new DescriptorOverwritten(cache.Name, what, new VirtualAddress(view.Address + (ulong)at), expected, found));
    }
}
