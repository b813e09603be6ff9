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
        while (_quarantine is { } quarantine && quarantine.TryTake(out Quarantine.Entry entry))
        {
            any = true;
            _allocator.Free(entry.Cache, cpu.Id, entry.Address);
        }
        return any;
    }

    /// <summary>Opens all of an object whose owner asked how large it is: what ksize() says may be used, as KASAN had it
    /// until Linux 6.0.</summary>
    public void OpenWholeObject(VirtualAddress obj)
    {
        if (_shadow is { } shadow && _allocator.CacheOf(obj.Value) is { } cache)
            shadow.ObjectOpened(obj.Value, cache.ObjectSize, cache.ObjectSize);
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

    // Objects of a SLAB_DESTROY_BY_RCU cache may be read after they were freed: that is what it is for.
    private static bool IsLegalAfterFree(KmemCache cache) => (cache.Flags & SlabFlags.DestroyByRcu) != 0;

    /// <summary>The owner asked for so many bytes of the object.</summary>
    private VirtualAddress Resize(VirtualAddress obj, ulong size)
    {
        if (_shadow is { } shadow && !obj.IsZeroOrNull && _allocator.CacheOf(obj.Value) is { } cache)
            shadow.ObjectOpened(obj.Value, size, cache.ObjectSize);
        return obj;
    }

    /// <summary>What kmalloc gave is mm's own: no driver has any business there.</summary>
    private VirtualAddress Own(VirtualAddress obj)
    {
        if (_shadow is { } shadow && !obj.IsZeroOrNull && _slab.CacheOf(obj.Value) is { } cache)
            shadow.Fill(obj.Value, cache.ObjectSize, ShadowByte.RedZone);
        return obj;
    }

    /// <summary>The object goes back: at once, or in shadow mode when its turn comes.</summary>
    private void Release(MmCpu cpu, KmemCache cache, ulong obj)
    {
        if (_quarantine is not { } quarantine || IsLegalAfterFree(cache) || _allocator.CacheOf(obj) != cache)
        {
            _allocator.Free(cache, cpu.Id, obj);
            return;
        }
        _shadow!.ObjectClosed(obj, cache.ObjectSize);
        quarantine.Add(new Quarantine.Entry(cache, obj));
        while (quarantine.TryTakeSurplus(out Quarantine.Entry entry))
            _allocator.Free(entry.Cache, cpu.Id, entry.Address);
    }

    private void FlushQuarantine(MmCpu cpu, KmemCache cache)
    {
        if (_quarantine is not { } quarantine)
            return;
        foreach (Quarantine.Entry entry in quarantine.TakeAll(cache))
            _allocator.Free(cache, cpu.Id, entry.Address);
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
