using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Inspect.Tests;

/// <summary>After boot, bare mode leaves the managed heap alone: simulated memory is the only memory that moves.</summary>
[TestFixture("i386-32"), TestFixture("i386-highmem"), TestFixture("x86-64-8g"), TestFixture("ppc64-64k"), TestFixture("m68k-nommu"), TestFixture("lab-4m")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ManagedHeapTests(string profile) : IDisposable
{
    private const int Objects = 600;              // many slabs, several refills and flushes
    private readonly TestKernel _kernel = new(profile, WatchMode.Bare);
    private readonly VirtualAddress[] _taken = new VirtualAddress[Objects];
    private readonly PageFrameNumber?[] _frames = new PageFrameNumber?[64];

    private KernelMm Mm => _kernel.Mm;

    private MmCpu Cpu => _kernel.Mm.Cpu(0);

    public void Dispose() => _kernel.Dispose();

    [Test]
    public void AllocGrowAndFree_OfKmalloc([Values(16UL, 100UL, 1000UL, 5000UL)] ulong size) => AssertNoGarbage(() =>
    {
        for (int i = 0; i < Objects / 4; i++)
            _taken[i] = Mm.Kmalloc(Cpu, size, GfpFlags.Kernel);
        for (int i = 0; i < Objects / 4; i++)
            Mm.Kfree(Cpu, _taken[i]);
    });

    [Test]
    public void FastPaths_AndTheirMisses() => AssertNoGarbage(() =>
    {
        MmCpu cpu = Cpu;
        for (int i = 0; i < Objects; i++)
            _taken[i] = cpu.TryKmalloc(64, GfpFlags.Kernel, out VirtualAddress p) ? p : Mm.Kmalloc(cpu, 64, GfpFlags.Kernel);
        for (int i = 0; i < Objects; i++)
        {
            if (!cpu.TryKfree(_taken[i]))
                Mm.Kfree(cpu, _taken[i]);
        }
    });

    [Test]
    public void ZeroingCountingAndResizing() => AssertNoGarbage(() =>
    {
        VirtualAddress zeroed = Mm.Kzalloc(Cpu, 300, GfpFlags.Kernel), counted = Mm.Kcalloc(Cpu, 10, 30, GfpFlags.Kernel);
        zeroed = Mm.Krealloc(Cpu, zeroed, 3000, GfpFlags.Kernel);
        Mm.Kfree(Cpu, zeroed);
        Mm.Kfree(Cpu, counted);
    });

    [Test]
    public void AllocGrowFreeShrink_OfACache([Values] bool offSlab)
    {
        KmemCache cache = Mm.KmemCacheCreate(Cpu, "heap_test", offSlab ? (ulong)_kernel.Machine.Profile.PageSize / 4 : 200, 0, SlabFlags.None)!;
        Assert.That(cache.Geometry.IsOffSlab, Is.EqualTo(offSlab));
        AssertNoGarbage(() =>
        {
            for (int i = 0; i < Objects / 4; i++)
                _taken[i] = Mm.KmemCacheAlloc(Cpu, cache, GfpFlags.Kernel);
            for (int i = 0; i < Objects / 4; i++)
                Mm.KmemCacheFree(Cpu, cache, _taken[i]);
            Mm.KmemCacheShrink(Cpu, cache);
        });
        Assert.That(Mm.KmemCacheDestroy(Cpu, cache), Is.True);
    }

    // A pass does more than age the arrays only when time has gone by since the last one.
    [Test]
    public void Reap()
    {
        AssertNoGarbage(FillAndReap);
        FillArrays();
        ulong most = FramesInUse();
        ReapForLong();
        Assert.That(FramesInUse(), Is.LessThan(most), "the reaper gave slabs back");
    }

    private void FillAndReap()
    {
        FillArrays();
        ReapForLong();
    }

    private void FillArrays()
    {
        for (int i = 0; i < Objects; i++)
            _taken[i] = Mm.Kmalloc(Cpu, 1000, GfpFlags.Kernel);
        for (int i = 0; i < Objects; i++)
            Mm.Kfree(Cpu, _taken[i]);
    }

    private void ReapForLong()
    {
        for (int pass = 0; pass < 40; pass++)
        {
            _kernel.Machine.Clock.Advance(2000 * VirtualClock.NsPerJiffy);
            Mm.CacheReap(Cpu);
        }
    }

    [Test]
    public void Pages_OfEveryOrder() => AssertNoGarbage(() =>
    {
        for (int order = 0; order < 6; order++)
        {
            for (int i = 0; i < 16; i++)
                _frames[i] = Mm.AllocPages(Cpu, GfpFlags.Kernel | GfpFlags.NoWarn, order);
            for (int i = 0; i < 16; i++)
            {
                if (_frames[i] is { } frame)
                    Mm.FreePages(Cpu, frame, order);
            }
        }
        VirtualAddress exact = Mm.AllocPagesExact(Cpu, 3 * (ulong)_kernel.Machine.Profile.PageSize, GfpFlags.Kernel);
        Mm.FreePagesExact(Cpu, exact, 3 * (ulong)_kernel.Machine.Profile.PageSize);
    });

    // Direct reclaim shrinks every cache; the request fails quietly in the end.
    [Test]
    public void Reclaim_WhenNothingIsLeft()
    {
        int taken = 0;
        PageFrameNumber?[] frames = new PageFrameNumber?[1 << 20];
        void Exhaust(int order)
        {
            while (taken < frames.Length && Mm.AllocPages(Cpu, GfpFlags.Kernel | GfpFlags.NoWarn | GfpFlags.NoRetry, order) is { } frame)
                frames[taken++] = frame;
            while (taken > 0)
                Mm.FreePages(Cpu, frames[--taken]!.Value, order);
        }
        AssertNoGarbage(() => Exhaust(5));
    }

    // Frames on per-CPU lists are free too, though Linux does not count them so.
    private ulong FramesInUse() =>
        Mm.TotalRamPages - Mm.TotalFreePages - (ulong)Mm.Zones().Sum(zone => zone.Pagesets.Sum(list => list.Count));

    // Twice to warm up: what the runtime allocates for itself on first use is not mm's. Several times measured: a collection
    // that another test causes may charge this thread the rest of its allocation context; what the calls themselves
    // allocate they allocate each time.
    private static void AssertNoGarbage(Action calls)
    {
        calls();
        calls();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least != 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            calls();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.That(least, Is.Zero, "bytes allocated on the managed heap");
    }
}
