namespace MiniKernel.Mm.Tests.Model;

// Slab run-time: linux-mm.md c.2 to c.6 and "Running" in h.
internal sealed partial class MmModel
{
    private const int BatchRefillLimit = 16;
    private const ulong List3ReapMs = 4000;

    private long _framesFreedBySlabs;

    /// <summary>An object's address without obj_offset; null when no memory could be had.</summary>
    private ulong? AllocObject(ModelCache cache, uint gfp)
    {
        if ((cache.Geometry.Flags & SlabBits.Debug) != 0)
            CheckFlags(cache, gfp);
        ModelArray array = cache.Arrays[_cpu]!;
        if (array.Entries.Count == 0)
        {
            while (true)
            {
                Refill(cache, array);
                if (array.Entries.Count > 0)
                    break;
                bool grown = Grow(cache, gfp);
                if (array.Entries.Count > 0)
                    break;
                if (!grown)
                    return null;
            }
        }
        array.Touched = true;
        return array.TakeLast();
    }

    private static void Refill(ModelCache cache, ModelArray array)
    {
        ModelList3 list3 = cache.List3!;
        int want = array.Batch;
        if (!array.Touched && want > BatchRefillLimit)
            want = BatchRefillLimit;
        if (list3.Shared is { } shared)
        {
            int count = Math.Min(Math.Min(shared.Entries.Count, want), array.Limit - array.Entries.Count);
            if (count > 0)
            {
                array.Entries.AddRange(shared.Entries.TakeLast(count).ToList());
                shared.Entries.RemoveRange(shared.Entries.Count - count, count);
                return;
            }
        }
        while (want > 0)
        {
            ModelSlab? slab = list3.Partial.First?.Value;
            if (slab is null)
            {
                list3.FreeTouched = true;
                slab = list3.Free.First?.Value;
                if (slab is null)
                    return;
            }
            while (slab.FreeCount > 0 && want > 0)
            {
                array.Entries.Add(slab.TakeObject());
                list3.FreeObjects--;
                want--;
            }
            slab.MoveToHead(slab.FreeCount == 0 ? list3.Full : list3.Partial);
        }
    }

    /// <summary>cache_grow.</summary>
    private bool Grow(ModelCache cache, uint gfp)
    {
        if ((gfp & Gfp.SlabBug) != 0)
            throw new ModelBugException();
        ModelGeometry geometry = cache.Geometry;
        ModelList3 list3 = cache.List3!;
        ulong offset = list3.ColourNext * geometry.ColourOff;
        list3.ColourNext++;
        if (list3.ColourNext >= geometry.Colour)
            list3.ColourNext = 0;
        CheckFlags(cache, gfp);
        uint pageGfp = gfp & Gfp.KeptByGrow;
        if (_profile.HasDmaZone && cache.IsDma)
            pageGfp |= Gfp.Dma;
        if (AllocFrames(geometry.Order, pageGfp) is not { } frame)
            return false;
        ulong first = Physical(frame) + offset;
        ulong? management = null;
        if (geometry.OffSlab)
        {
            management = AllocObject(cache.ManagementCache!, gfp & Gfp.KeptByGrow & ~(Gfp.HardWall | Gfp.ThisNode));
            if (management is null)
            {
                FreeFrames(frame, geometry.Order);
                return false;
            }
        }
        else
        {
            first += geometry.ManagementBytes;
        }
        var slab = new ModelSlab(cache, frame, first, management);
        for (uint i = 0; i < 1u << geometry.Order; i++)
            _slabOfFrame.Add(frame + i, slab);
        slab.MoveToTail(list3.Free);
        list3.FreeObjects += geometry.Num;
        return true;
    }

    /// <summary>kmem_flagcheck.</summary>
    private void CheckFlags(ModelCache cache, uint gfp)
    {
        if (_profile.HasDmaZone && ((gfp & Gfp.Dma) != 0) != cache.IsDma)
            throw new ModelBugException();
    }

    private void FreeObject(ModelCache cache, ulong address)
    {
        ModelArray array = cache.Arrays[_cpu]!;
        if (array.Entries.Count >= array.Limit)
            Flush(cache, array);
        array.Entries.Add(address);
    }

    private void Flush(ModelCache cache, ModelArray array)
    {
        if (cache.List3!.Shared is { } shared && shared.Limit > shared.Entries.Count)
        {
            int moved = Math.Min(array.Batch, shared.Limit - shared.Entries.Count);
            shared.Entries.AddRange(array.Entries.Take(moved).ToList());
            array.Entries.RemoveRange(0, moved);
            return;
        }
        FreeOldest(cache, array, array.Batch);
    }

    private void FreeOldest(ModelCache cache, ModelArray array, int count)
    {
        for (int i = 0; i < count; i++)
            FreeToSlab(cache, array.Entries[i]);
        array.Entries.RemoveRange(0, count);
    }

    /// <summary>free_block for one object.</summary>
    private void FreeToSlab(ModelCache cache, ulong address)
    {
        ModelList3 list3 = cache.List3!;
        ModelSlab slab = _slabOfFrame[(uint)(address / (ulong)_profile.PageSize)];
        if (slab.Cache != cache)
            throw new InvalidOperationException($"model: 0x{address:x} belongs to {slab.Cache.Name}, not {cache.Name}");
        slab.Leave();
        slab.PutObject(address);
        list3.FreeObjects++;
        if (slab.InUse > 0)
        {
            slab.MoveToTail(list3.Partial);
        }
        else if (list3.FreeObjects > list3.FreeLimit)
        {
            list3.FreeObjects -= cache.Geometry.Num;
            DestroySlab(slab);
        }
        else
        {
            slab.MoveToHead(list3.Free);
        }
    }

    private void DestroySlab(ModelSlab slab)
    {
        int order = slab.Cache.Geometry.Order;
        for (uint i = 0; i < 1u << order; i++)
            _slabOfFrame.Remove(slab.Frame + i);
        FreeFrames(slab.Frame, order);
        _framesFreedBySlabs += 1L << order;
        if (slab.Management is { } management)
            FreeObject(slab.Cache.ManagementCache!, management);
    }

    private void DestroyFreeSlabsFromTail(ModelCache cache, long most)
    {
        ModelList3 list3 = cache.List3!;
        for (long i = 0; i < most && list3.Free.Last is { } last; i++)
        {
            ModelSlab slab = last.Value;
            slab.Leave();
            list3.FreeObjects -= cache.Geometry.Num;
            DestroySlab(slab);
        }
    }

    /// <summary>Drains every array and destroys every free slab; true when a slab remains.</summary>
    private bool Shrink(ModelCache cache)
    {
        ModelList3 list3 = cache.List3!;
        for (int cpu = 0; cpu < _profile.Cpus; cpu++)
        {
            if (cache.Arrays[cpu] is { } array)
                OnCpu(cpu, () => FreeOldest(cache, array, array.Entries.Count));
        }
        if (list3.Shared is { } shared)
            FreeOldest(cache, shared, shared.Entries.Count);
        DestroyFreeSlabsFromTail(cache, long.MaxValue);
        return list3.Full.Count + list3.Partial.Count > 0;
    }

    private long ReclaimCaches()
    {
        long before = _framesFreedBySlabs;
        ShrinkAll();
        return _framesFreedBySlabs - before;
    }

    /// <summary>cache_reap of the current CPU.</summary>
    private void ReapAllCaches()
    {
        foreach (ModelCache cache in _chain)
        {
            ModelList3 list3 = cache.List3!;
            ReapArray(cache, cache.Arrays[_cpu]!);
            if (list3.NextReap > _nowMs)
                continue;
            list3.NextReap = _nowMs + List3ReapMs;
            if (list3.Shared is { } shared)
                ReapArray(cache, shared);
            if (list3.FreeTouched)
                list3.FreeTouched = false;
            else
                DestroyFreeSlabsFromTail(cache, (list3.FreeLimit + 5 * cache.Geometry.Num - 1) / (5 * cache.Geometry.Num));
        }
    }

    private void ReapArray(ModelCache cache, ModelArray array)
    {
        int available = array.Entries.Count;
        if (available == 0)
            return;
        if (array.Touched)
        {
            array.Touched = false;
            return;
        }
        int count = (array.Limit + 4) / 5;
        if (count > available)
            count = (available + 1) / 2;
        FreeOldest(cache, array, count);
    }
}
