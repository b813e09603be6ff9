using System.Buffers.Binary;
using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>dma_pool.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class DmaPoolTests(AllocatorKind allocator) : MmFixture(allocator)
{
    private static readonly DmaDevice _device = new("toy");
    private SlabMachine _machine = null!;

    private KernelMm Mm => _machine.Mm;

    private MmCpu Cpu => _machine.Cpu;

    [SetUp]
    public void Boot() => _machine = Start();

    [TestCase(1UL, 0UL, 4U)]
    [TestCase(5UL, 0UL, 5U)]
    [TestCase(5UL, 4UL, 8U)]
    [TestCase(100UL, 64UL, 128U)]
    [TestCase(5000UL, 0UL, 5000U)]
    public void Size_IsRoundedUpToTheAlignment(ulong size, ulong align, uint block)
    {
        DmaPool pool = Mm.DmaPoolCreate(Cpu, "toy", _device, size, align, 0)!;
        Assert.That((pool.BlockSize, pool.Allocation), Is.EqualTo((block, Math.Max(block, 4096))));
        Mm.DmaPoolDestroy(Cpu, pool);
    }

    [TestCase(0UL, 0UL, 0UL)]
    [TestCase(16UL, 3UL, 0UL)]
    [TestCase(16UL, 0UL, 24UL)]
    [TestCase(16UL, 0UL, 8UL)]
    [TestCase(ulong.MaxValue, 0UL, 0UL)]
    [TestCase(16UL, 1UL << 40, 0UL)]
    public void ArgumentsThatMakeNoSense_GiveNull(ulong size, ulong align, ulong boundary) =>
        Assert.That(Mm.DmaPoolCreate(Cpu, "toy", _device, size, align, boundary), Is.Null);

    // Linux's comparison skips a block that would end exactly at the boundary.
    [TestCase(512UL, 2048UL, 6)]
    [TestCase(64UL, 0UL, 63)]
    [TestCase(100UL, 0UL, 40)]
    [TestCase(2048UL, 2048UL, 2)]
    [TestCase(4096UL, 0UL, 1)]
    public void BlocksOfAPage_AreAsManyAsInLinux(ulong size, ulong boundary, int count)
    {
        DmaPool pool = Mm.DmaPoolCreate(Cpu, "toy", _device, size, 0, boundary)!;
        List<(VirtualAddress, PhysicalAddress)> blocks = [];
        while (pool.PageCount < 2)
            blocks.Add(Take(pool));
        Assert.That(blocks, Has.Count.EqualTo(count + 1));
        blocks.ForEach(block => Mm.DmaPoolFree(Cpu, pool, block.Item1, block.Item2));
        Mm.DmaPoolDestroy(Cpu, pool);
    }

    [Test]
    public void Blocks_AreAlignedApartAndCrossNoBoundary(
        [Values(4UL, 24UL, 100UL, 1000UL)] ulong size, [Values(1UL, 16UL, 256UL)] ulong align, [Values(0UL, 1024UL, 4096UL)] ulong boundary)
    {
        DmaPool pool = Mm.DmaPoolCreate(Cpu, "toy", _device, size, align, boundary)!;
        List<(VirtualAddress Address, PhysicalAddress Bus)> blocks = [];
        while (pool.PageCount < 3)
            blocks.Add(Take(pool));
        ulong previousEnd = 0;
        foreach ((_, PhysicalAddress bus) in blocks.OrderBy(block => block.Bus.Value))
        {
            Assert.That(bus.Value % align, Is.Zero);
            Assert.That(bus.Value, Is.GreaterThanOrEqualTo(previousEnd));
            previousEnd = bus.Value + pool.BlockSize;
            Assert.That(bus.Value / pool.Boundary, Is.EqualTo((previousEnd - 1) / pool.Boundary), "crosses");
        }
        blocks.ForEach(block => Mm.DmaPoolFree(Cpu, pool, block.Address, block.Bus));
        Mm.DmaPoolDestroy(Cpu, pool);
    }

    [Test]
    public void FreedBlock_IsTheNextOne_AndPagesStay()
    {
        DmaPool pool = Mm.DmaPoolCreate(Cpu, "toy", _device, 64, 0, 0)!;
        (VirtualAddress Address, PhysicalAddress Bus) a = Take(pool), b = Take(pool);
        Assert.That(b.Address.Value - a.Address.Value, Is.EqualTo(64));
        Mm.DmaPoolFree(Cpu, pool, a.Address, a.Bus);
        Assert.That(Take(pool), Is.EqualTo(a));
        Mm.DmaPoolFree(Cpu, pool, b.Address, b.Bus);
        Mm.DmaPoolFree(Cpu, pool, a.Address, a.Bus);
        Assert.That(pool.PageCount, Is.EqualTo(1));
        Mm.DmaPoolDestroy(Cpu, pool);
        _machine.Bug("dma_pool_alloc", () => Mm.DmaPoolAlloc(Cpu, pool, GfpFlags.Kernel, out _));
        _machine.Bug("dma_pool_destroy", () => Mm.DmaPoolDestroy(Cpu, pool));
    }

    [Test]
    public void BadFrees_AreNamedAndHarmless()
    {
        DmaPool pool = Mm.DmaPoolCreate(Cpu, "toy", _device, 64, 0, 0)!;
        (VirtualAddress address, PhysicalAddress bus) = Take(pool);
        Assert.That(Mm.DmaPoolFree(Cpu, pool, address, new PhysicalAddress(0x1234)), Is.False);
        Assert.That(Mm.DmaPoolFree(Cpu, pool, address + 64, bus), Is.False);
        Assert.That(Mm.DmaPoolFree(Cpu, pool, address + 8, bus + 8), Is.False);
        Assert.That(Mm.DmaPoolFree(Cpu, pool, address, bus), Is.True);
        Assert.That(Mm.DmaPoolFree(Cpu, pool, address, bus), Is.False);
        Assert.That(
            _machine.ReportsOf<BadDmaPoolFree>().Select(report => report.Fault),
            Is.EqualTo(new[] { DmaPoolFault.BadDma, DmaPoolFault.BadAddress, DmaPoolFault.BadAddress, DmaPoolFault.AlreadyFree }));
        Mm.DmaPoolDestroy(Cpu, pool);
    }

    [Test]
    public void Destroy_WhileBlocksAreInUse_LosesTheirPage()
    {
        DmaPool pool = Mm.DmaPoolCreate(Cpu, "toy", _device, 64, 0, 0)!;
        (VirtualAddress address, _) = Take(pool);
        Mm.DmaPoolDestroy(Cpu, pool);
        Assert.That(_machine.ReportsOf<DmaPoolBusy>().Single(), Is.EqualTo(new DmaPoolBusy("toy", "toy", address)));
        Mm.FreePages(Cpu, address, 0);          // it is the first block of its page
    }

    [Test]
    public void OverwrittenFreeBlock_IsABug([Values(0U, 65U, 64U, 128U)] uint next)
    {
        DmaPool pool = Mm.DmaPoolCreate(Cpu, "toy", _device, 64, 0, 0)!;
        (VirtualAddress Address, PhysicalAddress Bus) a = Take(pool), b = Take(pool), c = Take(pool);
        Mm.DmaPoolFree(Cpu, pool, b.Address, b.Bus);
        BinaryPrimitives.WriteUInt32LittleEndian(_machine.Bytes(b.Address, 4), next);   // 0 and 128 are in use, 64 is itself
        Assert.That(_machine.Bug("dma_pool_alloc", () => Take(pool)).Explanation, Does.Contain($"{b.Address} was overwritten"));
        (VirtualAddress Address, PhysicalAddress Bus) d = Take(pool);
        Assert.That(pool.PageCount, Is.EqualTo(2), "the damaged page gives nothing any more");
        foreach ((VirtualAddress address, PhysicalAddress bus) in new[] { a, c, d })
            Mm.DmaPoolFree(Cpu, pool, address, bus);
        Mm.DmaPoolDestroy(Cpu, pool);
    }

    [Test]
    public void NoMemory_NullOrSleep()
    {
        DmaPool pool = Mm.DmaPoolCreate(Cpu, "toy", _device, 4096, 0, 0)!;
        (VirtualAddress Address, PhysicalAddress Bus) held = Take(pool);
        List<PageFrameNumber> all = [];
        while (Mm.AllocPages(Cpu, GfpFlags.Atomic | GfpFlags.NoWarn, 0) is { } frame)
            all.Add(frame);
        Assert.That(Mm.DmaPoolAlloc(Cpu, pool, GfpFlags.Atomic, out _).IsNull, Is.True);
        ScriptedWaiting waiting = null!;
        Mm.Waiting = waiting = new ScriptedWaiting(_ =>
        {
            if (waiting.Sleeps < 4)
                return MmWaitResult.TimedOut;
            Mm.DmaPoolFree(Cpu, pool, held.Address, held.Bus);
            return MmWaitResult.Woken;
        });
        Assert.That(Mm.DmaPoolAlloc(Cpu, pool, GfpFlags.Kernel, out PhysicalAddress bus), Is.EqualTo(held.Address));
        Assert.That((waiting.Sleeps, waiting.LastTimeoutMs, bus), Is.EqualTo((4, 100UL, held.Bus)));
        Mm.Waiting = null;
        Assert.That(Mm.DmaPoolAlloc(Cpu, pool, GfpFlags.Kernel, out _).IsNull, Is.True);
        Assert.That(_machine.ReportsOf<BlockedForever>(), Has.Length.EqualTo(1));
        all.ForEach(frame => Mm.FreePages(Cpu, frame, 0));
        Mm.DmaPoolFree(Cpu, pool, held.Address, held.Bus);
        Mm.DmaPoolDestroy(Cpu, pool);
    }

    [SlabOnly("which size classes serve it")]
    [TestCase("i386-32", 72UL, 24UL)]
    [TestCase("x86-64-8g", 128UL, 40UL)]
    public void Pool_TakesItsTrueMemory(string profile, ulong poolBytes, ulong pageBytes)
    {
        using SlabMachine machine = SlabMachine.Of(profile);
        string[] taken = ObjectsTaken.By(machine, () =>
        {
            DmaPool pool = machine.Mm.DmaPoolCreate(machine.Cpu, "toy", _device, 64, 0, 0)!;
            machine.Mm.DmaPoolAlloc(machine.Cpu, pool, GfpFlags.Kernel, out _);
        });
        Assert.That(taken, Is.EquivalentTo(new[] { ObjectsTaken.ClassOf(machine, poolBytes), ObjectsTaken.ClassOf(machine, pageBytes) }));
    }

    [Test]
    public void Walk([Values(1, 2)] int seed, [Values(0UL, 512UL)] ulong boundary)
    {
        Random random = new(seed);
        DmaPool pool = Mm.DmaPoolCreate(Cpu, "toy", _device, 40, 8, boundary)!;
        List<(VirtualAddress Address, PhysicalAddress Bus)> held = [];
        HashSet<ulong> out_ = [];
        for (int step = 0; step < 20_000; step++)
        {
            if (held.Count == 0 || random.Next(100) < 51)
            {
                (VirtualAddress Address, PhysicalAddress Bus) block = Take(pool);
                Assert.That(out_.Add(block.Address.Value), Is.True, $"seed {seed}, step {step}: handed out twice");
                _machine.Bytes(block.Address, 40).Fill((byte)step);
                held.Add(block);
            }
            else
            {
                int index = random.Next(held.Count);
                (VirtualAddress address, PhysicalAddress bus) = held[index];
                Assert.That(Mm.DmaPoolFree(Cpu, pool, address, bus), Is.True, $"seed {seed}, step {step}");
                out_.Remove(address.Value);
                held.RemoveAt(index);
            }
        }
        held.ForEach(block => Mm.DmaPoolFree(Cpu, pool, block.Address, block.Bus));
        Mm.DmaPoolDestroy(Cpu, pool);
    }

    private (VirtualAddress Address, PhysicalAddress Bus) Take(DmaPool pool)
    {
        VirtualAddress address = Mm.DmaPoolAlloc(Cpu, pool, GfpFlags.Kernel, out PhysicalAddress bus);
        Assert.That(address.IsNull, Is.False);
        Assert.That(Mm.TryVirtToPhys(address, out PhysicalAddress physical) ? physical : default, Is.EqualTo(bus));
        return (address, bus);
    }
}
