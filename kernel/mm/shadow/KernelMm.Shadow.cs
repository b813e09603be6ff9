using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>Shadow mode: mm says what drivers may touch, and lets freed objects wait. Without it all of this does nothing.</content>
public sealed unsafe partial class KernelMm
{
    private readonly ShadowMap? _shadow;
    private readonly Quarantine? _quarantine;

    /// <summary>Objects that were freed and cannot be allocated yet.</summary>
    public int QuarantinedObjects => _quarantine?.Count ?? 0;

    /// <summary>Lets every freed object go: at rmmod, at shutdown, and before memory would be short.</summary>
    /// <returns>True when there were any.</returns>
    public bool FlushQuarantine(MmCpu cpu)
    {
        bool any = false;
        for (; _quarantine is { } quarantine && quarantine.TryTake(out Quarantine.Entry entry); any = true)
            LetGo(cpu, entry);
        return any;
    }

    /// <summary>Opens all of an object whose owner asked how large it is: what ksize() says may be used, as KASAN had it
    /// until Linux 6.0.</summary>
    public void OpenWholeObject(VirtualAddress obj)
    {
        if (_shadow is { } shadow)
            shadow.Fill(obj.Value, _allocator.Ksize(obj.Value), ShadowByte.Open);
    }

    /// <summary>Opens an object while its constructor or destructor runs.</summary>
    /// <returns>What to hand to <see cref="EndCallback"/>.</returns>
    public ShadowByte BeginCallback(VirtualAddress obj, KmemCache cache)
    {
        if (_shadow is not { } shadow)
            return ShadowByte.Nobody;
        ShadowByte before = shadow[obj.Value];
        shadow.Fill(obj.Value, cache.ObjectSize, ShadowByte.Open);
        return before;
    }

    /// <summary>The constructor or destructor is through.</summary>
    public void EndCallback(VirtualAddress obj, KmemCache cache, ShadowByte before) => _shadow?.Fill(obj.Value, cache.ObjectSize, before);

    /// <summary>Closes what lies between and behind the variables of a module, in memory from <see cref="ModuleAlloc"/>, until that goes back.</summary>
    public void CloseGlobals(VirtualAddress start, ulong length) => CloseMapped(start, length, ShadowByte.GlobalRedZone);

    /// <summary>Closes the lowest bytes of a stack, likewise: without an MMU no guard page lies there.</summary>
    public void CloseStackEnd(VirtualAddress start, ulong length) => CloseMapped(start, length, ShadowByte.StackRedZone);

    private void CloseMapped(VirtualAddress start, ulong length, ShadowByte value)
    {
        for (ulong step; _shadow is { } shadow && length != 0; start += step, length -= step)
        {
            step = Math.Min(length, (ulong)_profile.PageSize - (start.Value & PageOffsetMask));
            if (TryTranslate(start, out PhysicalAddress physical))
                shadow.Fill(physical, step, value);
        }
    }

    // A name for which the image has no room is its last byte.
    private VirtualAddress OpenImage(ulong address, int bytes)
    {
        if (_shadow is { } shadow && _map.TryImage(address, out PhysicalAddress physical))
            shadow.Fill(physical, Math.Min((ulong)bytes, _profile.KernelImage.End - physical.Value), ShadowByte.Open);
        return new VirtualAddress(address);
    }

    // Objects of a SLAB_DESTROY_BY_RCU cache may be read after they were freed: that is what it is for.
    private static bool IsLegalAfterFree(KmemCache cache) => (cache.Flags & SlabFlags.DestroyByRcu) != 0;

    /// <summary>The owner asked for so many bytes of what kmalloc gave.</summary>
    private VirtualAddress Resize(VirtualAddress obj, ulong size)
    {
        if (_shadow is { } shadow && !obj.IsZeroOrNull)
            shadow.ObjectOpened(obj.Value, size, _allocator.Ksize(obj.Value));
        return obj;
    }

    /// <summary>What kmalloc gave is its new owner's.</summary>
    private VirtualAddress Open(VirtualAddress obj, ulong size)
    {
        if (!obj.IsZeroOrNull)
            CloseMargins(obj.Value, size, header: (ulong)_profile.WordBytes);
        return Resize(obj, size);
    }

    /// <summary>An object of a cache is its new owner's.</summary>
    private void Open(KmemCache cache, ulong obj)
    {
        if (obj == 0)
            return;
        _shadow?.ObjectOpened(obj, cache.ObjectSize, cache.ObjectSize);
        CloseMargins(obj, cache.ObjectSize, header: 0);
    }

    // SLOB's blocks lie where others lay before: what is around an object may still look freed. In a slab it never changes.
    private void CloseMargins(ulong obj, ulong size, ulong header)
    {
        ulong page = (ulong)_profile.PageSize;
        if (_shadow is not { } shadow || _allocator.Slabs is not null || size >= page - header)
            return;
        shadow.Fill(obj - header, header, ShadowByte.RedZone);
        shadow.Fill(obj + size, ShadowMap.RedZoneFor(size, page - header), ShadowByte.RedZone);
    }

    /// <summary>What kmalloc gave is mm's own: no driver has any business there.</summary>
    private VirtualAddress Own(VirtualAddress obj)
    {
        if (_shadow is { } shadow && !obj.IsZeroOrNull)
            shadow.Fill(obj.Value, _allocator.Ksize(obj.Value), ShadowByte.RedZone);
        return obj;
    }

    /// <summary>kfree: at once, or in shadow mode when its turn comes.</summary>
    private void Release(MmCpu cpu, ulong obj)
    {
        KmemCache? cache = _allocator.CacheOf(obj);
        if (_quarantine is null || (_allocator.Slabs is not null && cache is null) || (cache is not null && IsLegalAfterFree(cache)))
            _allocator.Kfree(cpu.Id, obj);
        else
            Retain(cpu, new Quarantine.Entry(cache, obj, _allocator.Ksize(obj)));
    }

    /// <summary>kmem_cache_free, likewise.</summary>
    private void Release(MmCpu cpu, KmemCache cache, ulong obj)
    {
        if (_quarantine is null || IsLegalAfterFree(cache) || (_allocator.Slabs is not null && _allocator.CacheOf(obj) != cache))
            _allocator.Free(cache, cpu.Id, obj);
        else
            Retain(cpu, new Quarantine.Entry(cache, obj, cache.ObjectSize));
    }

    private void Retain(MmCpu cpu, Quarantine.Entry entry)
    {
        _shadow!.ObjectClosed(entry.Address, entry.Bytes);
        _quarantine!.Add(entry);
        while (_quarantine.TryTakeSurplus(out Quarantine.Entry oldest))
            LetGo(cpu, oldest);
    }

    private void LetGo(MmCpu cpu, Quarantine.Entry entry)
    {
        if (entry.Cache is { } cache)
            _allocator.Free(cache, cpu.Id, entry.Address);
        else
            _allocator.Kfree(cpu.Id, entry.Address);
    }

    private void FlushQuarantine(MmCpu cpu, KmemCache cache)
    {
        if (_quarantine is not { } quarantine)
            return;
        foreach (Quarantine.Entry entry in quarantine.TakeAll(cache))
            LetGo(cpu, entry);
    }

    /// <summary>Whole pages were taken of which only so many bytes are wanted, and they lie in a row.</summary>
    private void CloseTail(VirtualAddress address, ulong size, ulong taken) =>
        _shadow?.Fill(address.Value + size, taken - size, ShadowByte.PageRedZone);

    /// <summary>The last page of a vmalloc area is wanted up to <paramref name="size"/>.</summary>
    private void CloseTail(VmArea area, ulong size)
    {
        ulong used = size & PageOffsetMask;
        if (_shadow is { } shadow && used != 0)
            shadow.Fill(PhysicalOf(new PageFrameNumber(area.Frames[^1])) + used, (ulong)_profile.PageSize - used, ShadowByte.VmallocTail);
    }

    /// <summary>An element of a mempool comes out of the reserve, or goes there.</summary>
    private void ShadowElement(Mempool pool, ulong element, bool isTaken)
    {
        if (_shadow is not { } shadow || pool.ElementSize == 0)
            return;
        PhysicalAddress start = pool.IsOfPages
            ? PhysicalOf(new PageFrameNumber((uint)element))
            : new PhysicalAddress(element - _map.Base);
        shadow.Fill(start, pool.ElementSize, isTaken ? ShadowByte.Open : ShadowByte.Freed);
    }
}
