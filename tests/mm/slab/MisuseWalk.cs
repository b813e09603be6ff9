using System.Buffers.Binary;
using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests;

/// <summary>A driver out of its mind: frees what it does not own, with any cache, frees slab pages, scribbles over mm's
/// memory, calls from constructors and destructors. Only BUGs, panics and its own exceptions may come of it.</summary>
internal sealed class MisuseWalk : IDisposable
{
    private sealed class DriverFault : Exception;

    private readonly SlabMachine _machine;
    private readonly Random _random;
    private readonly List<KmemCache> _caches = [];
    private readonly List<VirtualAddress> _pointers = [];
    private int _names, _depth;

    public MisuseWalk(HardwareProfile profile, int seed, MmOptions options)
    {
        _machine = new SlabMachine(profile, options);
        _random = new Random(seed);
        _machine.Mm.RegisterShrinker(Shrinker);
    }

    /// <summary>Calls that ended in a BUG or a panic.</summary>
    public int Bugs { get; private set; }

    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++)
            Attempt();
        foreach (SlabInfo info in _machine.Mm.SlabInfos())
        {
            if (_machine.Mm.FindCache(info.Name) is { } cache)
                Try(() => _machine.Shrink(cache));
        }
    }

    public void Dispose() => _machine.Dispose();

    private void Attempt() => Try(AnyCall);

    private void Try(Action call)
    {
        try
        {
            call();
        }
        catch (Exception expected) when (expected is BugException or PanicException or DriverFault)
        {
            Bugs++;
        }
    }

    private void AnyCall()
    {
        switch (_random.Next(20))
        {
            case < 4:
                Remember(_machine.Kmalloc(AnySize(), AnyFlags(), AnyCpu()));
                break;
            case < 8 when AnyCache() is { } cache:
                Remember(_machine.Alloc(cache, AnyFlags(), AnyCpu()));
                break;
            case < 11:
                _machine.Kfree(AnyPointer(), AnyCpu());
                break;
            case < 14 when AnyCache() is { } cache:
                _machine.Free(cache, AnyPointer(), AnyCpu());
                break;
            case 14:
                AnyPageCall();
                break;
            case 15:
                Scribble();
                break;
            case 16:
                Create();
                break;
            case 17 when AnyCache() is { } cache:
                _machine.Destroy(cache);
                break;
            case 18 when AnyCache() is { } cache:
                AnyRareCall(cache);
                break;
            default:
                _machine.Reap((ulong)_random.Next(6000));
                break;
        }
    }

    private void AnyRareCall(KmemCache cache)
    {
        switch (_random.Next(4))
        {
            case 0:
                _machine.Shrink(cache);
                break;
            case 1:
                _machine.Mm.TuneCache(_machine.Cpu, cache.Name, _random.Next(1, 300), _random.Next(1, 50), _random.Next(4));
                break;
            case 2:
                _machine.Mm.SlabInfos();
                _machine.Mm.SyncViews();
                break;
            default:
                Remember(_machine.Mm.KmemCacheZalloc(_machine.Cpu, cache, AnyFlags()));
                break;
        }
    }

    private void AnyPageCall()
    {
        if (_random.Next(3) != 0)
            Remember(_machine.Mm.GetFreePages(_machine.Cpu, AnyFlags() & ~GfpFlags.HighMem, _random.Next(3)));
        else
            _machine.Mm.FreePages(_machine.Cpu, AnyPointer(), _random.Next(3));
    }

    // What an overrun or a stray pointer does: a few bytes, or a word that looks like an address, somewhere near an object.
    private void Scribble()
    {
        VirtualAddress at = _random.Next(4) == 0 && AnyCache() is { } cache ? cache.Descriptor : AnyPointer();
        ulong start = (at.Value & ~7UL) + (ulong)_random.Next(-8, 24) * 8;
        if (!_machine.Cpu.TryGetSpan(new VirtualAddress(start), 8, out Span<byte> bytes))
            return;
        if (_random.Next(2) == 0)
            bytes[_random.Next(8)] ^= (byte)_random.Next(1, 256);
        else if (_machine.Profile.WordSize == 64)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, AnyPointer().Value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)AnyPointer().Value);
    }

    private void Create()
    {
        if (_caches.Count > 12)
            _caches.RemoveAt(0);
        SlabFlags flags = SlabFlags.None;
        foreach (SlabFlags flag in new[] { SlabFlags.HwCacheAlign, SlabFlags.CacheDma, SlabFlags.RedZone, SlabFlags.Poison, SlabFlags.StoreUser, SlabFlags.DestroyByRcu })
            flags |= _random.Next(5) == 0 ? flag : 0;
        bool callbacks = _random.Next(3) == 0;
        KmemCacheFunction? call = callbacks ? Callback : null;
        if (_machine.Mm.KmemCacheCreate(_machine.Cpu, $"mad-{_names++ % 20}", (ulong)_random.Next(0, 3000), (ulong)_random.Next(0, 64), flags, call, call) is { } cache)
            _caches.Add(cache);
    }

    private void Callback(VirtualAddress obj, KmemCache cache)
    {
        if (_depth > 3 || _random.Next(6) != 0)
            return;
        _depth++;
        try
        {
            if (_random.Next(5) == 0)
                throw new DriverFault();
            AnyCall();
        }
        finally
        {
            _depth--;
        }
    }

    private uint Shrinker(GfpFlags flags)
    {
        if (_depth < 3)
            Callback(default, null!);
        return 0;
    }

    private void Remember(VirtualAddress pointer)
    {
        if (_pointers.Count < 400)
            _pointers.Add(pointer);
        else
            _pointers[_random.Next(_pointers.Count)] = pointer;
    }

    private VirtualAddress AnyPointer()
    {
        VirtualAddress known = _pointers.Count == 0 ? default : _pointers[_random.Next(_pointers.Count)];
        ulong size = _machine.Machine.Layout.DirectMapSize, start = _machine.Machine.Layout.DirectMapBase;
        return _random.Next(12) switch
        {
            0 => new VirtualAddress(known.Value + (ulong)_random.Next(1, 64)),
            1 => new VirtualAddress(known.Value & ~0xfffUL),
            2 => new VirtualAddress(start + (ulong)_random.NextInt64((long)size)),
            3 when _random.Next(4) == 0 => new VirtualAddress(start + size - (ulong)_random.Next(0, 64)),
            4 when _random.Next(4) == 0 => new VirtualAddress((ulong)_random.NextInt64(long.MinValue, long.MaxValue)),
            _ => known,
        };
    }

    private KmemCache? AnyCache() => _caches.Count == 0 ? null : _caches[_random.Next(_caches.Count)];

    private int AnyCpu() => _random.Next(_machine.Profile.Cpus);

    private ulong AnySize() => _random.Next(30) == 0 ? (ulong)_random.NextInt64() : (ulong)_random.Next(0, _random.Next(8) == 0 ? 40_000 : 1200);

    private GfpFlags AnyFlags()
    {
        GfpFlags flags = (_random.Next(3) == 0 ? GfpFlags.Atomic : GfpFlags.Kernel) | GfpFlags.NoWarn;
        if (_random.Next(6) == 0)
            flags |= GfpFlags.Zero;
        if (_random.Next(8) == 0)
            flags |= GfpFlags.Dma;
        if (_random.Next(25) == 0)
            flags |= (GfpFlags)(1u << _random.Next(24)) & ~GfpFlags.NoFail;
        return flags;
    }
}
