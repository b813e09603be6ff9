using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>kmap and kmap_atomic.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class HighMemTests(AllocatorKind allocator) : MmFixture(allocator)
{
    private const ulong Page = 4096;
    private const int Slots = 1024;
    private SlabMachine _machine = null!;

    private KernelMm Mm => _machine.Mm;

    private ulong PkmapBase => _machine.Machine.Layout.PkmapBase;

    [SetUp]
    public void Boot() => _machine = Start("i386-highmem");

    [Test]
    public void LowMemory_HasItsAddressAlready()
    {
        PageFrameNumber frame = Mm.AllocPages(_machine.Cpu, GfpFlags.Kernel, 0)!.Value;
        VirtualAddress direct = Mm.PageAddress(frame);
        Assert.That(Mm.Kmap(_machine.Cpu, frame), Is.EqualTo(direct));
        Assert.That(Mm.KmapAtomic(_machine.Cpu, frame, KmapType.User0), Is.EqualTo(direct));
        Assert.That(Mm.KmapAtomic(_machine.Cpu, frame, KmapType.User0), Is.EqualTo(direct), "no slot is used");
        Mm.KunmapAtomic(_machine.Cpu, direct, KmapType.User0);
        Mm.Kunmap(frame);
        Mm.Kunmap(frame);
        Mm.FreePages(_machine.Cpu, frame, 0);
    }

    [Test]
    public void Kmap_ShowsThePage_AndPageAddressKnowsIt()
    {
        PageFrameNumber[] frames = Take(2);
        Assert.That(Mm.PageAddress(frames[0]).IsNull, Is.True);
        VirtualAddress first = Mm.Kmap(_machine.Cpu, frames[0]), second = Mm.Kmap(_machine.Cpu, frames[1]);
        Assert.That((first.Value, second.Value), Is.EqualTo((PkmapBase + Page, PkmapBase + (2 * Page))));
        Assert.That(Mm.PageAddress(frames[0]), Is.EqualTo(first));
        Assert.That(Mm.TryTranslate(first + 5, out PhysicalAddress physical), Is.True);
        Assert.That(physical, Is.EqualTo(Mm.PhysicalOf(frames[0]) + 5));
        Mm.Kunmap(frames[0]);
        Mm.Kunmap(frames[1]);
        Free(frames);
    }

    [Test]
    public void Kmap_Twice_CountsUsers()
    {
        PageFrameNumber[] frames = Take(1);
        VirtualAddress p = Mm.Kmap(_machine.Cpu, frames[0]);
        Assert.That(Mm.Kmap(_machine.Cpu, frames[0]), Is.EqualTo(p));
        Mm.Kunmap(frames[0]);
        Mm.Kunmap(frames[0]);
        Assert.That(Mm.PageAddress(frames[0]), Is.EqualTo(p), "mapped until the search comes round");
        _machine.Bug("kunmap_high", () => Mm.Kunmap(frames[0]));
        Assert.That(Mm.Kmap(_machine.Cpu, frames[0]), Is.EqualTo(p), "a BUG changes nothing");
        Mm.Kunmap(frames[0]);
        Free(frames);
    }

    [Test]
    public void UnusedMappings_GoWhenTheSearchComesRound()
    {
        PageFrameNumber[] frames = Take(Slots + 1);
        foreach (PageFrameNumber frame in frames.AsSpan(0, Slots - 1))
        {
            Mm.Kmap(_machine.Cpu, frame);
            Mm.Kunmap(frame);
        }
        Assert.That(Mm.PageAddress(frames[0]).Value, Is.EqualTo(PkmapBase + Page));
        Assert.That(Mm.Kmap(_machine.Cpu, frames[Slots]).Value, Is.EqualTo(PkmapBase));
        Assert.That(Mm.PageAddress(frames[0]).IsNull, Is.True);
        Assert.That(Mm.TryTranslate(new VirtualAddress(PkmapBase + Page), out _), Is.False);
        Mm.Kunmap(frames[Slots]);
        Free(frames);
    }

    [Test]
    public void EverySlotInUse_SleepsUntilOneIsFree()
    {
        PageFrameNumber[] frames = Take(Slots + 1);
        foreach (PageFrameNumber frame in frames.AsSpan(0, Slots))
            Assert.That(Mm.Kmap(_machine.Cpu, frame).IsNull, Is.False);
        ScriptedWaiting waiting = new(_ => { Mm.Kunmap(frames[77]); return MmWaitResult.Woken; });
        Mm.Waiting = waiting;
        Assert.That(Mm.Kmap(_machine.Cpu, frames[Slots]).IsNull, Is.False);
        Assert.That((waiting.Sleeps, waiting.WakeUps), Is.EqualTo((1, 1)));
        Assert.That(Mm.PageAddress(frames[77]).IsNull, Is.True);
        Unmap(frames.Where(frame => frame != frames[77]));
        Free(frames);
    }

    [Test]
    public void EverySlotInUse_AndNobodyToWakeIt_FailsWithAReport([Values(null, MmWaitResult.TimedOut, MmWaitResult.Never)] MmWaitResult? result)
    {
        PageFrameNumber[] frames = Take(Slots + 1);
        foreach (PageFrameNumber frame in frames.AsSpan(0, Slots))
            Mm.Kmap(_machine.Cpu, frame);
        Mm.Waiting = result is { } sleeps ? new ScriptedWaiting(_ => sleeps) : null;
        Assert.That(Mm.Kmap(_machine.Cpu, frames[Slots]).IsNull, Is.True);
        Assert.That(_machine.ReportsOf<BlockedForever>().Single().What, Is.EqualTo("a free kmap slot"));
        Unmap(frames.AsSpan(0, Slots).ToArray());
        Free(frames);
    }

    [Test]
    public void KmapAtomic_HasASlotPerCpuAndType()
    {
        PageFrameNumber[] frames = Take(1);
        HashSet<ulong> seen = [];
        for (int cpu = 0; cpu < _machine.Profile.Cpus; cpu++)
        {
            foreach (KmapType type in Enum.GetValues<KmapType>())
            {
                VirtualAddress p = Mm.KmapAtomic(Mm.Cpu(cpu), frames[0], type);
                Assert.That(seen.Add(p.Value), Is.True);
                Assert.That(Mm.TryTranslate(p + 1, out PhysicalAddress physical), Is.True);
                Assert.That(physical, Is.EqualTo(Mm.PhysicalOf(frames[0]) + 1));
            }
        }
        Assert.That(Mm.PageAddress(frames[0]).IsNull, Is.True, "page_address knows kmap only");
        foreach (ulong address in seen)
        {
            int index = (int)((_machine.Machine.Layout.KmapAtomicTop - address) / Page);
            Mm.KunmapAtomic(Mm.Cpu(index / 13), new VirtualAddress(address), (KmapType)(index % 13));
            Assert.That(Mm.TryTranslate(new VirtualAddress(address), out _), Is.False);
        }
        Free(frames);
    }

    [Test]
    public void KmapAtomic_Misused_IsABug()
    {
        PageFrameNumber[] frames = Take(2);
        VirtualAddress p = Mm.KmapAtomic(_machine.Cpu, frames[0], KmapType.User0);
        _machine.Bug("kmap_atomic_prot", () => Mm.KmapAtomic(_machine.Cpu, frames[1], KmapType.User0));
        _machine.Bug("kunmap_atomic", () => Mm.KunmapAtomic(_machine.Cpu, p, KmapType.User1));
        _machine.Bug("kunmap_atomic", () => Mm.KunmapAtomic(Mm.Cpu(1), p, KmapType.User0));
        _machine.Bug("kmap_atomic", () => Mm.KmapAtomic(_machine.Cpu, frames[1], (KmapType)13));
        _machine.Bug("kmap", () => Mm.Kmap(_machine.Cpu, new PageFrameNumber(_machine.Profile.Frames)));
        _machine.Bug("kunmap_high", () => Mm.Kunmap(frames[0]));
        Mm.KunmapAtomic(_machine.Cpu, p + 123, KmapType.User0);
        Free(frames);
    }

    [Test]
    public void Walk([Values(1, 2, 3)] int seed)
    {
        Random random = new(seed);
        PageFrameNumber[] frames = Take(3000);
        int[] users = new int[frames.Length];
        ulong[] addresses = new ulong[frames.Length];
        for (int step = 0; step < 50_000; step++)
        {
            int i = random.Next(random.Next(3) == 0 ? frames.Length : 900);
            bool isFull = users.Count(count => count != 0) == Slots;
            if (users[i] != 0 && random.Next(2) == 0)
            {
                Mm.Kunmap(frames[i]);
                users[i]--;
            }
            else if (users[i] != 0 || !isFull)
            {
                ulong address = Mm.Kmap(_machine.Cpu, frames[i]).Value;
                Assert.That(address, users[i]++ == 0 ? Is.InRange(PkmapBase, PkmapBase + ((Slots - 1) * Page)) : Is.EqualTo(addresses[i]), $"seed {seed}, step {step}");
                addresses[i] = address;
            }
        }
        for (int i = 0; i < frames.Length; i++)
        {
            if (users[i] != 0)
                Assert.That(Mm.TryTranslate(new VirtualAddress(addresses[i]), out PhysicalAddress at) ? at : default, Is.EqualTo(Mm.PhysicalOf(frames[i])));
            for (; users[i] != 0; users[i]--)
                Mm.Kunmap(frames[i]);
        }
        Free(frames);
    }

    [Test]
    public void NothingIsAllocatedOnTheManagedHeap()
    {
        PageFrameNumber[] frames = Take(200);
        Round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            Round();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Free(frames);

        void Round()
        {
            foreach (PageFrameNumber frame in frames)
            {
                Mm.Kmap(_machine.Cpu, frame);
                VirtualAddress p = Mm.KmapAtomic(_machine.Cpu, frame, KmapType.User0);
                Mm.KunmapAtomic(_machine.Cpu, p, KmapType.User0);
                Mm.Kunmap(frame);
            }
        }
    }

    private PageFrameNumber[] Take(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Mm.AllocPages(_machine.Cpu, GfpFlags.Kernel | GfpFlags.HighMem, 0)!.Value)];

    private void Free(PageFrameNumber[] frames) => Array.ForEach(frames, frame => Mm.FreePages(_machine.Cpu, frame, 0));

    private void Unmap(IEnumerable<PageFrameNumber> frames)
    {
        foreach (PageFrameNumber frame in frames)
            Mm.Kunmap(frame);
    }
}
