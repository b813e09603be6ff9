using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>mempool: the reserve, the order of tries, sleeping, callbacks that misbehave.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class MempoolTests(AllocatorKind allocator) : MmFixture(allocator)
{
    private const GfpFlags Always = GfpFlags.NoMemAlloc | GfpFlags.NoRetry | GfpFlags.NoWarn;
    private readonly ScriptedElements _elements = new();
    private SlabMachine _machine = null!;

    private KernelMm Mm => _machine.Mm;

    private MmCpu Cpu => _machine.Cpu;

    [SetUp]
    public void Boot() => _machine = Start();

    [Test]
    public void Create_FillsTheReserve()
    {
        Mempool pool = Create(5);
        Assert.That((pool.CurrentCount, pool.MinimumCount, _elements.Out.Count), Is.EqualTo((5, 5, 5)));
        Assert.That(_elements.Asked, Is.All.EqualTo(GfpFlags.Kernel));
        Mm.MempoolDestroy(Cpu, pool);
        Assert.That(_elements.Out, Is.Empty);
    }

    [Test]
    public void Create_AllOrNothing([Range(0, 4)] int made)
    {
        _elements.Budget = made;
        Assert.That(Mm.MempoolCreate(Cpu, 5, _elements.Alloc, _elements.Free), Is.Null);
        Assert.That(_elements.Out, Is.Empty);
    }

    [Test]
    public void Create_CallbackThrows_NothingStays([Range(0, 4)] int made)
    {
        (_elements.Budget, _elements.Failure) = (made, new TimeoutException());
        Assert.Throws<TimeoutException>(() => Mm.MempoolCreate(Cpu, 5, _elements.Alloc, _elements.Free));
        Assert.That(_elements.Out, Is.Empty);
    }

    [TestCase(-1)]
    [TestCase(int.MaxValue)]
    public void Create_OfASizeThatCannotBe_IsNull(int minimum) =>
        Assert.That(Mm.MempoolCreate(Cpu, minimum, _elements.Alloc, _elements.Free), Is.Null);

    [Test]
    public void Alloc_TriesTheSourceThenTheReserveLifoThenGivesUp()
    {
        Mempool pool = Create(3);
        _elements.Asked.Clear();
        _elements.Budget = 1;
        ulong[] taken = [.. Enumerable.Range(0, 5).Select(_ => Mm.MempoolAlloc(Cpu, pool, GfpFlags.Atomic).Value)];
        Assert.That(taken, Is.EqualTo(new ulong[] { 0x1003, 0x1002, 0x1001, 0x1000, 0 }));
        Assert.That(_elements.Asked, Is.All.EqualTo(GfpFlags.Atomic | Always));
        Assert.That(_machine.Reports.All, Is.Empty);
        FreeAll(pool, taken);
        Mm.MempoolDestroy(Cpu, pool);
    }

    [Test]
    public void Alloc_FirstTryNeitherSleepsNorStartsIo_LaterOnesMay()
    {
        Mempool pool = Create(0);
        _elements.Asked.Clear();
        _elements.Budget = 0;
        Mm.Waiting = new ScriptedWaiting(_ => { _elements.Budget = 1; return MmWaitResult.TimedOut; });
        VirtualAddress element = Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel);
        Assert.That(_elements.Asked, Is.EqualTo(new[] { GfpFlags.Fs | Always, GfpFlags.Kernel | Always }));
        Mm.MempoolFree(Cpu, pool, element);
        Mm.MempoolDestroy(Cpu, pool);
    }

    [Test]
    public void Alloc_SleepsUpToFiveSeconds_AndGetsWhatIsGivenBack()
    {
        Mempool pool = Create(1);
        _elements.Budget = 0;
        VirtualAddress held = Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel);
        ScriptedWaiting waiting = null!;
        Mm.Waiting = waiting = new ScriptedWaiting(queue =>
        {
            if (waiting.Sleeps < 3)
                return MmWaitResult.TimedOut;
            ulong before = queue.WakeUps;
            Mm.MempoolFree(Cpu, pool, held);
            Assert.That(queue.WakeUps, Is.EqualTo(before + 1));
            return MmWaitResult.Woken;
        });
        Assert.That(Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel), Is.EqualTo(held));
        Assert.That((waiting.Sleeps, waiting.WakeUps, waiting.LastTimeoutMs), Is.EqualTo((3, 1, 5000UL)));
        Mm.MempoolFree(Cpu, pool, held);
        Mm.MempoolDestroy(Cpu, pool);
    }

    [Test]
    public void Alloc_WhenNobodyEverGivesBack_FailsWithAReport([Values(null, MmWaitResult.TimedOut, MmWaitResult.Never)] MmWaitResult? result)
    {
        Mempool pool = Create(0);
        _elements.Budget = 0;
        ScriptedWaiting waiting = new(_ => result!.Value);
        Mm.Waiting = result is null ? null : waiting;
        Assert.That(Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel).IsNull, Is.True);
        Assert.That(waiting.Sleeps, Is.EqualTo(result == MmWaitResult.TimedOut ? 24 : result is null ? 0 : 1), "two minutes");
        Assert.That(_machine.ReportsOf<BlockedForever>(), Has.Length.EqualTo(1));
        Assert.That(_elements.Asked[^1], Is.EqualTo(GfpFlags.Kernel | Always), "the last try may reclaim");
        Mm.MempoolDestroy(Cpu, pool);
    }

    [Test]
    public void Free_FillsTheReserveBeforeTheSource()
    {
        Mempool pool = Create(2);
        VirtualAddress[] extra = [.. Enumerable.Range(0, 2).Select(_ => Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel))];
        _elements.Budget = 0;
        VirtualAddress reserve = Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel);
        Mm.MempoolFree(Cpu, pool, extra[0]);
        Assert.That((pool.CurrentCount, _elements.Out.Count), Is.EqualTo((2, 4)));
        Mm.MempoolFree(Cpu, pool, extra[1]);
        Mm.MempoolFree(Cpu, pool, reserve);
        Mm.MempoolFree(Cpu, pool, VirtualAddress.Null);
        Assert.That((pool.CurrentCount, _elements.Out.Count), Is.EqualTo((2, 2)));
        Mm.MempoolDestroy(Cpu, pool);
    }

    [Test]
    public void Resize_GrowsAndShrinks()
    {
        Mempool pool = Create(2);
        Assert.That(Mm.MempoolResize(Cpu, pool, 6, GfpFlags.Kernel), Is.True);
        Assert.That((pool.MinimumCount, pool.CurrentCount, _elements.Out.Count), Is.EqualTo((6, 6, 6)));
        Assert.That(Mm.MempoolResize(Cpu, pool, 1, GfpFlags.Kernel), Is.True);
        Assert.That((pool.MinimumCount, pool.CurrentCount, _elements.Out.Count), Is.EqualTo((1, 1, 1)));
        _elements.Budget = 2;
        Assert.That(Mm.MempoolResize(Cpu, pool, 8, GfpFlags.Kernel), Is.True, "the rest fills up later");
        Assert.That((pool.MinimumCount, pool.CurrentCount), Is.EqualTo((8, 3)));
        Assert.That(Mm.MempoolResize(Cpu, pool, int.MaxValue, GfpFlags.Kernel), Is.False);
        _machine.Bug("mempool_resize", () => Mm.MempoolResize(Cpu, pool, 0, GfpFlags.Kernel));
        _machine.Bug("mempool_destroy", () => Mm.MempoolDestroy(Cpu, pool));
        Mm.MempoolResize(Cpu, pool, 3, GfpFlags.Kernel);
        Mm.MempoolDestroy(Cpu, pool);
    }

    [Test]
    public void Destroy_WithElementsOut_IsABugAndChangesNothing()
    {
        Mempool pool = Create(2);
        _elements.Budget = 0;
        VirtualAddress held = Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel);
        Assert.That(_machine.Bug("mempool_destroy", () => Mm.MempoolDestroy(Cpu, pool)).Explanation, Does.Contain("1 of 2 elements"));
        Mm.MempoolFree(Cpu, pool, held);
        Mm.MempoolDestroy(Cpu, pool);
        _machine.Bug("mempool_alloc", () => Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel));
        _machine.Bug("mempool_free", () => Mm.MempoolFree(Cpu, pool, held));
        _machine.Bug("mempool_destroy", () => Mm.MempoolDestroy(Cpu, pool));
        _machine.Bug("mempool_resize", () => Mm.MempoolResize(Cpu, pool, 1, GfpFlags.Kernel));
    }

    [Test]
    public void Destroy_CallbackThrows_ThePoolsOwnMemoryIsBack()
    {
        Mempool pool = Create(2);
        _elements.FreeFailure = new TimeoutException();
        Assert.Throws<TimeoutException>(() => Mm.MempoolDestroy(Cpu, pool));
        Assert.That(pool.IsAlive, Is.False);
    }

    [Test]
    public void Callback_ThatThrows_LeavesThePoolAsItWas()
    {
        Mempool pool = Create(2);
        (_elements.Budget, _elements.Failure) = (0, new TimeoutException());
        Assert.Throws<TimeoutException>(() => Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel));
        Assert.That(pool.CurrentCount, Is.EqualTo(2));
        _elements.Failure = null;
        FreeAll(pool, [Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel).Value]);
        Mm.MempoolDestroy(Cpu, pool);
    }

    [Test]
    public void Callback_ThatUsesItsOwnPool_IsFine()
    {
        Mempool pool = Create(3);
        _elements.OnAlloc = () =>
        {
            _elements.OnAlloc = null;
            VirtualAddress inner = Mm.MempoolAlloc(Cpu, pool, GfpFlags.Atomic);
            Mm.MempoolFree(Cpu, pool, inner);
        };
        FreeAll(pool, [Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel).Value]);
        _elements.OnAlloc = () => { _elements.OnAlloc = null; Mm.MempoolResize(Cpu, pool, 5, GfpFlags.Kernel); };
        FreeAll(pool, [Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel).Value]);
        Assert.That((pool.MinimumCount, pool.CurrentCount), Is.EqualTo((5, 5)));
        Mm.MempoolDestroy(Cpu, pool);
        Assert.That(_elements.Out, Is.Empty);
    }

    [SlabOnly("the cache of an address")]
    [Test]
    public void SlabPool_TakesFromItsCache()
    {
        KmemCache cache = _machine.Create("toy", 100);
        Mempool pool = Mm.MempoolCreateSlabPool(Cpu, 7, cache)!;
        VirtualAddress element = Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel);
        Assert.That(Mm.CacheOf(element), Is.SameAs(cache));
        Assert.That((pool.What, pool.ElementSize, pool.HasCallbacks), Is.EqualTo(("toy", 100UL, false)));
        _machine.Bug("mempool_alloc", () => Mm.MempoolAllocPages(Cpu, pool, GfpFlags.Kernel));
        Mm.MempoolFree(Cpu, pool, element);
        Mm.MempoolDestroy(Cpu, pool);
        Assert.That(_machine.Destroy(cache), Is.True);
    }

    [Test]
    public void KzallocPool_ClearsNewElements()
    {
        Mempool dirty = Mm.MempoolCreateKmallocPool(Cpu, 0, 200)!, clean = Mm.MempoolCreateKzallocPool(Cpu, 0, 200)!;
        VirtualAddress element = Mm.MempoolAlloc(Cpu, dirty, GfpFlags.Kernel);
        _machine.Bytes(element, 200).Fill(0xff);
        Mm.MempoolFree(Cpu, dirty, element);
        VirtualAddress again = Mm.MempoolAlloc(Cpu, clean, GfpFlags.Kernel);
        Assert.That(again, Is.EqualTo(element));
        Assert.That(_machine.Bytes(again, 200).IndexOfAnyExcept((byte)0), Is.Negative);
        Mm.MempoolFree(Cpu, clean, again);
        Mm.MempoolDestroy(Cpu, dirty);
        Mm.MempoolDestroy(Cpu, clean);
    }

    [Test]
    public void PagePool_DealsInFrames()
    {
        Mempool pool = Mm.MempoolCreatePagePool(Cpu, 4, 2)!;
        PageFrameNumber frame = Mm.MempoolAllocPages(Cpu, pool, GfpFlags.Kernel)!.Value;
        Assert.That(frame.Value % 4, Is.Zero);
        _machine.Bug("mempool_alloc", () => Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel));
        Mm.MempoolFreePages(Cpu, pool, frame);
        Mm.MempoolDestroy(Cpu, pool);
    }

    [Test]
    public void MemoryIsExhausted_TheReserveIsThere()
    {
        Mempool pool = Mm.MempoolCreatePagePool(Cpu, 8, 0)!;
        List<PageFrameNumber> all = [];
        while (Mm.AllocPages(Cpu, GfpFlags.Atomic | GfpFlags.NoWarn, 0) is { } frame)
            all.Add(frame);
        List<PageFrameNumber> taken = [];
        while (Mm.MempoolAllocPages(Cpu, pool, GfpFlags.Atomic) is { } frame)
            taken.Add(frame);
        Assert.That(taken, Has.Count.EqualTo(8));
        Assert.That(_machine.Reports.All, Is.Empty);
        taken.ForEach(frame => Mm.MempoolFreePages(Cpu, pool, frame));
        all.ForEach(frame => Mm.FreePages(Cpu, frame, 0));
        Mm.MempoolDestroy(Cpu, pool);
    }

    [SlabOnly("which size classes serve it")]
    [TestCase("i386-32", 32UL, 2UL)]
    [TestCase("i386-64", 40UL, 2UL)]
    [TestCase("x86-64-2g", 56UL, 2UL)]
    [TestCase("x86-64-8g", 72UL, 2UL)]
    public void Pool_TakesItsTrueMemory(string profile, ulong bytes, ulong elements)
    {
        using SlabMachine machine = SlabMachine.Of(profile);
        Mempool? pool = null;
        Assert.That(
            ObjectsTaken.By(machine, () => pool = machine.Mm.MempoolCreate(machine.Cpu, (int)elements, _elements.Alloc, _elements.Free)),
            Is.EquivalentTo(new[] { ObjectsTaken.ClassOf(machine, bytes), ObjectsTaken.ClassOf(machine, elements * (ulong)machine.Profile.WordBytes) }));
        machine.Mm.MempoolDestroy(machine.Cpu, pool!);
    }

    [Test]
    public void NothingIsAllocatedOnTheManagedHeap()
    {
        Mempool pool = Mm.MempoolCreateKmallocPool(Cpu, 4, 100)!;
        Round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Round();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Mm.MempoolDestroy(Cpu, pool);

        void Round() => Mm.MempoolFree(Cpu, pool, Mm.MempoolAlloc(Cpu, pool, GfpFlags.Kernel));
    }

    [Test]
    public void Walk([Values(1, 2, 3)] int seed)
    {
        Random random = new(seed);
        Mempool pool = Create(10);
        Stack<ulong> reserve = new(Enumerable.Range(0, 10).Select(i => 0x1000UL + (ulong)i));
        List<ulong> held = [];
        for (int step = 0; step < 20_000; step++)
        {
            bool canAlloc = random.Next(2) == 0;
            _elements.Budget = canAlloc ? 1 : 0;
            if (random.Next(100) < 50)
            {
                ulong element = Mm.MempoolAlloc(Cpu, pool, GfpFlags.Atomic).Value;
                ulong expected = canAlloc ? element : reserve.Count != 0 ? reserve.Pop() : 0;
                Assert.That(element, Is.EqualTo(expected), $"seed {seed}, step {step}");
                if (element != 0)
                    held.Add(element);
            }
            else if (held.Count != 0)
            {
                int index = random.Next(held.Count);
                Mm.MempoolFree(Cpu, pool, new VirtualAddress(held[index]));
                if (reserve.Count < 10)
                    reserve.Push(held[index]);
                held.RemoveAt(index);
            }
            Assert.That((pool.CurrentCount, _elements.Out.Count), Is.EqualTo((reserve.Count, reserve.Count + held.Count)), $"seed {seed}, step {step}");
        }
        FreeAll(pool, held);
        Mm.MempoolDestroy(Cpu, pool);
    }

    private Mempool Create(int minimum)
    {
        Mempool? pool = Mm.MempoolCreate(Cpu, minimum, _elements.Alloc, _elements.Free);
        Assert.That(pool, Is.Not.Null);
        return pool!;
    }

    private void FreeAll(Mempool pool, IEnumerable<ulong> elements)
    {
        foreach (ulong element in elements)
            Mm.MempoolFree(Cpu, pool, new VirtualAddress(element));
    }
}
