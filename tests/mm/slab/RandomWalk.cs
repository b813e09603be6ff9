using System.Buffers.Binary;
using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>A caller that does everything at random and remembers what it holds.</summary>
internal sealed class RandomWalk : IDisposable
{
    private readonly record struct Block(VirtualAddress Start, ulong Size, ulong Stamp, KmemCache? Cache, int Order);

    private static readonly GfpFlags[] Ways = [GfpFlags.Kernel, GfpFlags.Atomic, GfpFlags.NoWait, GfpFlags.NoFs, GfpFlags.NoIo];

    private readonly SlabMachine _machine;
    private readonly MemoryCensus _before;
    private readonly Random _random;
    private readonly int _seed;
    private readonly List<Block> _live = [];
    private readonly SortedSet<(ulong Start, ulong End)> _ranges = [];
    private readonly List<KmemCache> _caches = [];
    private int _step, _names;

    public RandomWalk(HardwareProfile profile, int seed, MmOptions? options = null)
    {
        _machine = new SlabMachine(profile, options);
        _before = _machine.Census();
        _seed = seed;
        _random = new Random(seed);
    }

    private string Where => $"{_machine.Profile.Name}, seed {_seed}, step {_step}";

    private bool HasDma => _machine.Profile.HasDmaZone;

    private int AnyCpu => _random.Next(_machine.Profile.Cpus);

    public void Run(int steps, int mostLive)
    {
        for (_step = 0; _step < steps; _step++)
            Step(mostLive);
        while (_live.Count != 0)
            FreeAny();
        foreach (KmemCache cache in _caches)
            Assert.That(_machine.Destroy(cache), $"{Where}: {cache} is empty");
        _machine.Census().AssertSameAs(_before);
        Assert.That(_machine.Reports.All.Where(report => report is not PageAllocationFailure and not OutOfMemory and not CacheStillInUse and not CacheNotCreated), Is.Empty, Where);
    }

    public void Dispose() => _machine.Dispose();

    // Phases of filling and of emptying, so that slabs come and go.
    private void Step(int mostLive)
    {
        bool filling = _step / 400 % 2 == 0 && _live.Count < mostLive;
        int dice = _random.Next(100);
        if (dice < (filling ? 60 : 25))
            AllocateAny();
        else if (dice < 93)
            FreeAny();
        else
            RareCall(dice);
    }

    private void RareCall(int dice)
    {
        switch (dice)
        {
            case 93 when _caches.Count < 6:
                CreateCache();
                break;
            case 94 when _caches.Count != 0:
                DestroyCache();
                break;
            case 95 when _caches.Count != 0:
                _machine.Shrink(_caches[_random.Next(_caches.Count)]);
                break;
            case 96:
                _machine.Reap((ulong)_random.Next(5000));
                break;
            case 97 when _caches.Count != 0:
                int limit = _random.Next(1, 200);
                _machine.Mm.TuneCache(_machine.Cpu, _caches[_random.Next(_caches.Count)].Name, limit, _random.Next(1, limit + 1), _random.Next(4));
                break;
            case 98:
                CheckCounts();
                break;
            default:
                Reallocate();
                break;
        }
    }

    private void AllocateAny()
    {
        GfpFlags flags = Ways[_random.Next(Ways.Length)] | GfpFlags.NoWarn | (_random.Next(8) == 0 ? GfpFlags.Zero : 0);
        switch (_random.Next(4))
        {
            case 0:
                AllocatePages(flags);
                break;
            case 1 when _caches.Count != 0:
                AllocateObject(_caches[_random.Next(_caches.Count)], flags);
                break;
            default:
                AllocateBlock(flags | (_random.Next(6) == 0 ? GfpFlags.Dma : 0));
                break;
        }
    }

    private void AllocatePages(GfpFlags flags)
    {
        int order = _random.Next(100) < 80 ? 0 : _random.Next(4);
        if (_random.Next(6) == 0)
            flags |= GfpFlags.Dma;
        VirtualAddress start = _machine.Mm.GetFreePages(_machine.Mm.Cpu(AnyCpu), flags, order);
        ulong size = (ulong)_machine.Profile.PageSize << order;
        Keep(start, size, size, flags, null, order);
    }

    private void AllocateObject(KmemCache cache, GfpFlags flags)
    {
        if ((cache.Flags & SlabFlags.CacheDma) != 0)
            flags |= GfpFlags.Dma;
        if (!_machine.Mm.HasSlabs)
            flags &= ~GfpFlags.Dma;             // SLOB promises no zone below a page
        Keep(_machine.Alloc(cache, flags, AnyCpu), cache.ObjectSize, cache.Geometry.Align == 0 ? 1 : cache.Geometry.Align & (~cache.Geometry.Align + 1), flags, cache, -1);
    }

    private void AllocateBlock(GfpFlags flags)
    {
        ulong size = 1 + (ulong)Math.Pow(2, _random.NextDouble() * (_random.Next(20) == 0 ? 15 : 11));
        VirtualAddress start = _machine.Kmalloc(size, flags, AnyCpu);
        if (start.IsNull)
            return;
        ulong usable = _machine.Mm.Ksize(start);
        if (!_machine.Mm.HasSlabs)
        {
            Assert.That(usable, Is.InRange(size, size + 3), $"{Where}: rounded to units");
            Keep(start, size, (ulong)_machine.Profile.WordBytes, size < (ulong)_machine.Profile.PageSize ? flags & ~GfpFlags.Dma : flags, null, -1);
            return;
        }
        Assert.That(usable, Is.EqualTo(_machine.Mm.KmallocClasses.First(fits => fits.Size >= size).Size), Where);
        // HWCACHE_ALIGN: a cache line, halved while the class fits into half of it.
        ulong line = (ulong)_machine.Profile.CacheLineSize;
        while (usable <= line / 2)
            line /= 2;
        Keep(start, usable, Math.Max(line, 8), flags, null, -1);
    }

    private void Keep(VirtualAddress start, ulong size, ulong align, GfpFlags flags, KmemCache? cache, int order)
    {
        if (start.IsNull)
            return;
        Assert.That(start.Value % align, Is.Zero, $"{Where}: {start} alignment {align}");
        Assert.That(_machine.Mm.TryVirtToPhys(start, out PhysicalAddress physical), $"{Where}: {start} is in the direct map");
        if (HasDma && (flags & GfpFlags.Dma) != 0)
            Assert.That(physical.Value + size, Is.LessThanOrEqualTo(_machine.Profile.DmaLimit), $"{Where}: GFP_DMA");
        CheckOverlap(start.Value, start.Value + size);
        if ((flags & GfpFlags.Zero) != 0)
            Assert.That(_machine.Bytes(start, size).IndexOfAnyExcept((byte)0), Is.Negative, $"{Where}: __GFP_ZERO");
        var block = new Block(start, size, (ulong)_random.NextInt64(), cache, order);
        _live.Add(block);
        Stamp(block);
    }

    private void CheckOverlap(ulong start, ulong end)
    {
        // Live ranges do not overlap each other: the highest one that starts below the end is enough.
        (ulong otherStart, ulong otherEnd) = _ranges.GetViewBetween((0, 0), (end - 1, ulong.MaxValue)).Max;
        Assert.That(otherEnd, Is.LessThanOrEqualTo(start), $"{Where}: 0x{start:x}-0x{end:x} overlaps 0x{otherStart:x}-0x{otherEnd:x}");
        _ranges.Add((start, end));
    }

    private void Stamp(Block block)
    {
        Span<byte> bytes = _machine.Bytes(block.Start, block.Size);
        bytes[..(int)Math.Min(block.Size, 64)].Fill((byte)block.Stamp);
        bytes[^1] = (byte)(block.Stamp >> 8);
        if (block.Size >= 16)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(int)((block.Size / 2) & ~7UL)..], block.Stamp);
    }

    private void CheckStamp(Block block)
    {
        Span<byte> bytes = _machine.Bytes(block.Start, block.Size);
        Span<byte> expected = stackalloc byte[64];
        int head = (int)Math.Min(block.Size, 64);
        expected.Fill((byte)block.Stamp);
        int middle = (int)((block.Size / 2) & ~7UL);
        if (block.Size <= 64)
            expected[(int)block.Size - 1] = (byte)(block.Stamp >> 8);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, block.Stamp);
        if (block.Size >= 16 && middle < 64)
            number[..Math.Min(8, 64 - middle)].CopyTo(expected[middle..]);
        bool intact = bytes[..head].SequenceEqual(expected[..head])
            && (block.Size < 16 || bytes.Slice(middle, 8).SequenceEqual(number))
            && (block.Size <= 64 || bytes[^1] == (byte)(block.Stamp >> 8));
        Assert.That(intact, $"{Where}: somebody wrote into {block.Start}+{block.Size}");
    }

    private void FreeAny()
    {
        if (_live.Count == 0)
            return;
        Block block = Forget(_random.Next(_live.Count));
        int cpu = AnyCpu;
        if (block.Order >= 0)
            _machine.Mm.FreePages(_machine.Mm.Cpu(cpu), block.Start, block.Order);
        else if (block.Cache is { } cache && (_random.Next(4) != 0 || !_machine.Mm.HasSlabs))
            _machine.Free(cache, block.Start, cpu);
        else
            _machine.Kfree(block.Start, cpu);
    }

    private Block Forget(int index)
    {
        Block block = _live[index];
        _live[index] = _live[^1];
        _live.RemoveAt(_live.Count - 1);
        _ranges.Remove((block.Start.Value, block.Start.Value + block.Size));
        CheckStamp(block);
        return block;
    }

    private void Reallocate()
    {
        int index = _live.FindIndex(_random.Next(_live.Count + 1) is var from && from < _live.Count ? from : 0, block => block.Cache == null && block.Order < 0);
        if (index < 0)
            return;
        Block old = _live[index];
        CheckStamp(old);
        ulong size = (ulong)_random.Next(1, 5000);
        GfpFlags flags = Ways[_random.Next(Ways.Length)] | GfpFlags.NoWarn;
        ulong held = _machine.Mm.Ksize(old.Start);
        byte[] content = _machine.Bytes(old.Start, old.Size).ToArray();
        VirtualAddress moved = _machine.Mm.Krealloc(_machine.Mm.Cpu(AnyCpu), old.Start, size, flags);
        Assert.That(moved == old.Start, Is.EqualTo(size <= held), $"{Where}: krealloc moves only to grow");
        if (moved.IsNull || moved == old.Start)
        {
            CheckStamp(old);
            return;
        }
        Assert.That(_machine.Bytes(moved, old.Size).SequenceEqual(content), $"{Where}: krealloc copies");
        _machine.Bytes(moved, 1)[0] ^= 1;
        _live[index] = _live[^1];
        _live.RemoveAt(_live.Count - 1);
        _ranges.Remove((old.Start.Value, old.Start.Value + old.Size));
        Keep(moved, _machine.Mm.HasSlabs ? _machine.Mm.Ksize(moved) : size, _machine.Mm.HasSlabs ? 8 : (ulong)_machine.Profile.WordBytes, flags, null, -1);
    }

    private void CreateCache()
    {
        ulong size = (ulong)_random.Next(8, _random.Next(2) == 0 ? 300 : 3 * _machine.Profile.PageSize);
        SlabFlags flags = SlabFlags.None;
        foreach (SlabFlags flag in new[] { SlabFlags.HwCacheAlign, SlabFlags.ReclaimAccount, SlabFlags.CacheDma, SlabFlags.RedZone, SlabFlags.Poison, SlabFlags.StoreUser })
            flags |= _random.Next(5) == 0 ? flag : 0;
        ulong align = _random.Next(3) == 0 ? 1UL << _random.Next(9) : 0;
        if (_machine.Mm.KmemCacheCreate(_machine.Mm.Cpu(AnyCpu), $"walk-{_names++}", size, align, flags) is not { } cache)
            return;
        Assert.That(cache.ObjectSize, Is.GreaterThanOrEqualTo(size), Where);
        _caches.Add(cache);
    }

    private void DestroyCache()
    {
        KmemCache cache = _caches[_random.Next(_caches.Count)];
        bool busy = _live.Any(block => block.Cache == cache);
        if (busy && !_machine.Mm.HasSlabs)
            return;                             // SLOB would not mind
        Assert.That(_machine.Destroy(cache), Is.EqualTo(!busy), $"{Where}: {cache}");
        if (!busy)
            _caches.Remove(cache);
    }

    private void CheckCounts()
    {
        if (!_machine.Mm.HasSlabs)
            return;
        var live = _live.Where(block => block.Cache != null).GroupBy(block => block.Cache!).ToDictionary(group => group.Key, group => (ulong)group.Count());
        foreach (KmemCache cache in _caches)
        {
            _machine.Shrink(cache);
            SlabInfo info = _machine.Info(cache);
            Assert.That(info.Error, Is.Null, Where);
            Assert.That(info.ActiveObjects, Is.EqualTo(live.GetValueOrDefault(cache)), $"{Where}: {cache}, arrays empty");
            Assert.That(info.ActiveSlabs, Is.EqualTo(info.TotalSlabs), $"{Where}: {cache} has no free slab after shrink");
        }
    }
}
