using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>What is read back from simulated memory is checked here: slabs and the links of their lists.</content>
internal sealed unsafe partial class SlabAllocator
{
    /// <summary>Checks a slab address that came from a list: readable, and its pages say that they belong to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* CheckSlab(KmemCache cache, ulong slab, string function)
    {
        ulong bytes = (uint)_layouts.SlabBufctl + (cache.Geometry.ObjectsPerSlab * (ulong)SlabGeometry.BufctlBytes);
        if (!_map.TryHost(slab, bytes, out byte* host) || !HoldsTogether(cache, slab, host))
            throw BadSlab(cache, slab, function);
        return host;
    }

    /// <summary>True when the slab's own fields agree with what the page map knows of its pages.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HoldsTogether(KmemCache cache, ulong slab, byte* host)
    {
        ulong mem = _map.ReadWord(host + _layouts.SlabMem), offset = mem - _map.Base;
        if (offset >= _map.Size)
            return false;
        uint frame = (uint)(offset >> _pageShift), first = frame & ~(cache.Geometry.PagesPerSlab - 1);
        Page* page = _pageMap + first;
        return page->Cache == cache.Record && page->Slab == slab
            && offset - ((ulong)first << _pageShift) == page->Prev
            && _map.ReadWord(host + _layouts.SlabColourOff) == page->Prev;
    }

    private Exception BadSlab(KmemCache cache, ulong slab, string function) =>
        Bug(function, $"0x{slab:x} on a list of cache `{cache.Name}' is not one of its slabs: a list head, or a slab's list, colouroff or s_mem was overwritten");

    /// <summary>list_del, refused when the neighbours do not point back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Unlink(byte* host, ulong node, string function)
    {
        ulong next = _map.ReadWord(host), prev = _map.ReadWord(host + _layouts.SlabPrev);
        byte* nextHost = LinkHost(next, function), prevHost = LinkHost(prev, function);
        if (_map.ReadWord(nextHost + _layouts.SlabPrev) != node || _map.ReadWord(prevHost) != node)
            throw BadLink(node, function);
        _map.WriteWord(nextHost + _layouts.SlabPrev, prev);
        _map.WriteWord(prevHost, next);
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
        if (_map.ReadWord(nextHost + _layouts.SlabPrev) != prev || _map.ReadWord(prevHost) != next)
            throw BadLink(node, function);
        _map.WriteWord(nextHost + _layouts.SlabPrev, node);
        _map.WriteWord(host, next);
        _map.WriteWord(host + _layouts.SlabPrev, prev);
        _map.WriteWord(prevHost, node);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* LinkHost(ulong address, string function) =>
        _map.TryHost(address, 2 * (ulong)_layouts.Word, out byte* host) ? host : throw BadLink(address, function);

    private Exception BadLink(ulong node, string function) =>
        Bug(function, $"slab list corruption at 0x{node:x}: the neighbours' next and prev do not lead back to it");

    /// <summary>Compares what mm shows of itself with what it last wrote; a difference is reported once and put right.</summary>
    private void CheckViews(KmemCache cache, ArrayCache array)
    {
        CheckView(cache, cache.DescriptorView, "kmem_cache");
        CheckView(cache, array.View, "array_cache");
        CheckView(cache, cache.List3.Numbers, "kmem_list3");
        if (cache.Shared is { } shared)
            CheckView(cache, shared.View, "array_cache (shared)");
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
