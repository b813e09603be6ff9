using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>A caller that takes and gives back every kind of memory at random, and knows which bytes it may touch: exactly
/// those are open, of all RAM.</summary>
internal sealed class ShadowWalk : IDisposable
{
    private readonly record struct Held(ulong Address, ulong Size, Action Free);

    private readonly SlabMachine _machine;
    private readonly MemoryCensus _before;
    private readonly Random _random;
    private readonly int _seed;
    private readonly List<Held> _held = [];
    private readonly KmemCache _cache;
    private readonly Mempool _pool;
    private readonly DmaPool _blocks;
    private int _step;

    public ShadowWalk(HardwareProfile profile, int seed, AllocatorKind allocator = AllocatorKind.Slab)
    {
        _machine = new SlabMachine(profile, new MmOptions { Shadow = true, Watched = true, Allocator = allocator });
        _before = _machine.Census();
        (_seed, _random) = (seed, new Random(seed));
        _cache = _machine.Create("walk", 72);
        _pool = _machine.Mm.MempoolCreateKmallocPool(_machine.Cpu, 4, 55)!;
        _blocks = _machine.Mm.DmaPoolCreate(_machine.Cpu, "blocks", null, 48, 16, 0)!;
    }

    private KernelMm Mm => _machine.Mm;

    private MmCpu Cpu => _machine.Mm.Cpu(_random.Next(_machine.Profile.Cpus));

    private string Where => $"{_machine.Profile.Name}, seed {_seed}, step {_step}";

    public void Run(int steps, int mostHeld)
    {
        for (_step = 0; _step < steps; _step++)
        {
            if (_held.Count < mostHeld && _random.Next(100) < (_step / 300 % 2 == 0 ? 65 : 35))
                Take();
            else if (_held.Count != 0)
                GiveBack(_random.Next(_held.Count));
            if (_step % 100 == 0)
                Check();
        }
        while (_held.Count != 0)
            GiveBack(_held.Count - 1);
        Check();
        Mm.MempoolDestroy(_machine.Cpu, _pool);
        Mm.DmaPoolDestroy(_machine.Cpu, _blocks);
        Assert.That(_machine.Destroy(_cache), Where);
        Mm.FlushQuarantine(_machine.Cpu);
        Assert.That(Mm.QuarantinedObjects, Is.Zero);
        _machine.Census().AssertSameAs(_before);
        Assert.That(_machine.Reports.All.Where(report => report is not PageAllocationFailure and not OutOfMemory and not VmallocSpaceExhausted), Is.Empty, Where);
    }

    public void Dispose() => _machine.Dispose();

    private void Take()
    {
        const GfpFlags flags = GfpFlags.Kernel | GfpFlags.NoWarn;
        ulong size = 1 + (ulong)Math.Pow(2, _random.NextDouble() * 13);
        int order = _random.Next(3);
        ulong pageSize = (ulong)_machine.Profile.PageSize;
        switch (_random.Next(9))
        {
            case 0:
                Keep(Mm.KmemCacheAlloc(Cpu, _cache, flags), 72, p => Mm.KmemCacheFree(Cpu, _cache, p));
                break;
            case 1:
                Keep(Mm.GetFreePages(Cpu, flags, order), pageSize << order, p => Mm.FreePages(Cpu, p, order));
                break;
            case 2:
                Keep(Mm.AllocPagesExact(Cpu, size, flags), (size + pageSize - 1) / pageSize * pageSize, p => Mm.FreePagesExact(Cpu, p, size));
                break;
            case 3:
                Keep(Mm.Vmalloc(Cpu, size, flags), size, p => Mm.Vfree(Cpu, p));
                break;
            case 4:
                Keep(Mm.MempoolAlloc(Cpu, _pool, flags), 55, p => Mm.MempoolFree(Cpu, _pool, p));
                break;
            case 5:
                Keep(Mm.DmaAllocCoherent(Cpu, null, size, flags, out _), size, p => Mm.DmaFreeCoherent(Cpu, size, p));
                break;
            case 6:
                Keep(Mm.DmaPoolAlloc(Cpu, _blocks, GfpFlags.Atomic, out PhysicalAddress bus), 48, p => Mm.DmaPoolFree(Cpu, _blocks, p, bus));
                break;
            case 7:
                Keep(Mm.Krealloc(Cpu, Mm.Kmalloc(Cpu, (ulong)_random.Next(1, 5000), flags), size, flags | GfpFlags.NoFail), size, p => Mm.Kfree(Cpu, p));
                break;
            default:
                Keep(Mm.Kmalloc(Cpu, size, flags), size, p => Mm.Kfree(Cpu, p));
                break;
        }
    }

    private void Keep(VirtualAddress p, ulong size, Action<VirtualAddress> free)
    {
        if (!p.IsNull)
            _held.Add(new Held(p.Value, size, () => free(p)));
    }

    private void GiveBack(int index)
    {
        Held held = _held[index];
        _held[index] = _held[^1];
        _held.RemoveAt(_held.Count - 1);
        held.Free();
        Assert.That(Shadow(held.Address), Is.Not.EqualTo(ShadowByte.Open), $"{Where}: what was freed is closed");
    }

    private void Check()
    {
        ulong expected = 0;
        foreach (Held held in _held)
        {
            for (ulong i = 0; i < held.Size; i++)
            {
                if (Shadow(held.Address + i) != ShadowByte.Open)
                    Assert.Fail($"{Where}: byte {i} of 0x{held.Address:x}+{held.Size} is {Shadow(held.Address + i)}");
            }
            expected += held.Size;
        }
        ulong open = 0;
        for (ulong at = 0; at < _machine.Profile.Ram; at++)
            open += _machine.Machine.Shadow![new PhysicalAddress(at)] == ShadowByte.Open ? 1u : 0u;
        Assert.That(open, Is.EqualTo(expected), $"{Where}: open bytes of all RAM");
    }

    private ShadowByte Shadow(ulong address) =>
        Mm.TryTranslate(new VirtualAddress(address), out PhysicalAddress physical) ? _machine.Machine.Shadow![physical] : ShadowByte.Nobody;
}
