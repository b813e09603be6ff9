using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>The buddy and the per-CPU lists of one zone.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed unsafe class ZoneTests : IDisposable
{
    private const int LargestOrder = 10;
    private readonly PageMachine _machine = new(TestProfiles.OneZone, boot: false);
    private readonly Zone _zone;
    private readonly uint _start = 8192, _frames = 4096;       // four largest blocks, never reserved

    public ZoneTests()
    {
        _zone = _machine.ZoneNamed("Normal");
        _zone.AddUntouched(new FrameRange(_start, _start + _frames));
    }

    [TearDown]
    public void EveryFrameIsBack()
    {
        _machine.Allocator.DrainAllPcps(0);
        Assert.That(_zone.FreePages, Is.EqualTo(_frames));
        Assert.That(_zone.FreeBlocks(LargestOrder), Is.EqualTo(_frames >> LargestOrder));
    }

    public void Dispose() => _machine.Dispose();

    [Test]
    public void Take_SplitsTheHighestUntouchedBlock([Range(0, LargestOrder)] int order)
    {
        Assert.That(_zone.TryTakeBlock(order, out PageFrameNumber block));
        Assert.That(block.Value, Is.EqualTo(_start + _frames - (1u << LargestOrder)), "the lower half of every split");
        Assert.That(_zone.FreePages, Is.EqualTo(_frames - (1u << order)));
        List<uint>[] lists = ZoneLists.FreeLists(_machine, _zone);
        for (int half = order; half < LargestOrder; half++)
            Assert.That(lists[half], Is.EqualTo([block.Value + (1u << half)]), $"order {half} keeps one upper half");
        Assert.That(lists[LargestOrder], Is.EqualTo([_start + 2048, _start + 1024, _start]));
        _zone.ReturnBlock(block, order);
    }

    [Test]
    public void Take_GoesOnDownTheUntouchedRun()
    {
        var blocks = new List<uint>();
        while (_zone.TryTakeBlock(LargestOrder, out PageFrameNumber block))
            blocks.Add(block.Value);
        Assert.That(blocks, Is.EqualTo([_start + 3072, _start + 2048, _start + 1024, _start]));
        foreach (uint block in blocks)
            Return(block, LargestOrder);
        Assert.That(ZoneLists.FreeLists(_machine, _zone)[LargestOrder], Is.EqualTo([_start, _start + 1024, _start + 2048, _start + 3072]));
    }

    [Test]
    public void Return_PutsABlockBeforeTheUntouchedRun()
    {
        uint first = Take(LargestOrder), second = Take(LargestOrder);
        Return(first, LargestOrder);
        Assert.That(ZoneLists.FreeLists(_machine, _zone)[LargestOrder], Is.EqualTo([first, second - 1024, second - 2048]));
        Assert.That(Take(LargestOrder), Is.EqualTo(first), "last in, first out");
        Return(second, LargestOrder);
        Return(first, LargestOrder);
    }

    [Test]
    public void Take_PrefersTheSmallestBlockThatServes()
    {
        uint a = Take(3);                       // leaves one block of each order 3..9
        uint b = Take(4), c = Take(0);
        Assert.That(b, Is.EqualTo(a + 16));
        Assert.That(c, Is.EqualTo(a + 8), "the order-3 half, not a larger block");
        Return(a, 3);
        Return(b, 4);
        Return(c, 0);
    }

    [Test]
    public void Return_MergesOnlyWithAFreeBuddyOfItsOrder()
    {
        uint[] frames = [.. Enumerable.Range(0, 4).Select(_ => Take(0))];
        uint block = frames[0];
        Assert.That(frames, Is.EqualTo([block, block + 1, block + 2, block + 3]));
        Return(block + 1, 0);
        Return(block + 2, 0);
        Assert.That(Lists(0), Is.EqualTo([block + 2, block + 1]), "neighbours, but not buddies");
        Return(block + 3, 0);
        Assert.That(Lists(0), Is.EqualTo([block + 1]));
        Assert.That(Lists(1), Is.EqualTo([block + 2]), "its buddy at order 1 is still half in use");
        Return(block, 0);
        Assert.That(Lists(0), Is.Empty);
    }

    [Test]
    public void BuddyFlagAndOrder_AreOnTheFirstFrameOnly()
    {
        uint block = Take(5);
        Page* upper = _machine.PageOf(block + 32);
        Assert.That(((upper->Flags & PageFlags.Buddy) != 0, upper->Order), Is.EqualTo((true, (ushort)5)));
        for (uint i = 1; i < 32; i++)
            Assert.That(upper[i].State, Is.Zero, $"frame {i} of a free block");
        Return(block, 5);
        Assert.That(_machine.PageOf(block)->Flags, Is.EqualTo(PageFlags.Buddy));
        Assert.That(upper->State, Is.Zero, "merged into its buddy");
    }

    [Test]
    public void HotList_IsLastInFirstOut()
    {
        uint[] frames = [.. Enumerable.Range(0, 7).Select(_ => _zone.TakeFor(0, 0, cold: false))];
        Assert.That(frames, Is.EqualTo(Enumerable.Range((int)frames[0], 7).Select(frame => (uint)frame)), "a refill keeps the buddy's order");
        Assert.That(_zone.HotList(0)->Count, Is.Zero, "128 MiB: batch 7");
        foreach (uint frame in frames)
            _zone.FreeTo(_zone.HotList(0), frame);
        Assert.That(ZoneLists.PerCpu(_zone.HotList(0)), Is.EqualTo(frames.Reverse()));
        Assert.That(_zone.TakeFor(0, 0, cold: false), Is.EqualTo(frames[6]));
        _zone.FreeTo(_zone.HotList(0), frames[6]);
    }

    [Test]
    public void HotList_AtItsHighMark_ReturnsAChunkFromTheTail()
    {
        uint[] frames = [.. Enumerable.Range(0, 42).Select(_ => _zone.TakeFor(0, 0, cold: false))];
        foreach (uint frame in frames[..41])
            _zone.FreeTo(_zone.HotList(0), frame);
        Assert.That(_zone.HotList(0)->Count, Is.EqualTo(41));
        long free = _zone.FreePages;
        _zone.FreeTo(_zone.HotList(0), frames[41]);
        Assert.That(_zone.FreePages, Is.EqualTo(free + 7), "a batch went back");
        Assert.That(ZoneLists.PerCpu(_zone.HotList(0)), Is.EqualTo(frames[7..].Reverse()), "the oldest seven");
    }

    [Test]
    public void Lists_OfEachCpuAndTemperature_AreApart()
    {
        uint hot = _zone.TakeFor(0, 0, cold: false), cold = _zone.TakeFor(0, 0, cold: true), other = _zone.TakeFor(1, 0, cold: false);
        Assert.That((_zone.HotList(0)->Count, _zone.ColdList(0)->Count, _zone.HotList(1)->Count), Is.EqualTo((6u, 2u, 6u)), "cold moves half a batch");
        Assert.That(cold, Is.EqualTo(hot + 7));
        Assert.That(other, Is.EqualTo(hot + 10));
        Assert.That(_zone.PerCpuCount, Is.EqualTo(14));
        foreach (uint frame in new[] { hot, cold, other })
            _zone.FreeTo(_zone.HotList(0), frame);
    }

    [Test]
    public void RandomWalk_KeepsTheListsOfTheReference([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        var reference = new ReferenceZone(0, _machine.Profile.Frames, (int)_zone.Layout.Present, 4096, LargestOrder + 1, _machine.Profile.Cpus);
        for (uint block = _start; block < _start + _frames; block += 1024)
            reference.ReturnBlock(block, LargestOrder);
        var held = new List<(uint Frame, int Order)>();
        for (int step = 0; step < 20_000; step++)
        {
            int cpu = random.Next(2), order = random.Next(3) == 0 ? random.Next(LargestOrder) : 0;
            if (random.Next(600) == 0)
            {
                _zone.Drain(cpu);
                reference.Drain(cpu);
            }
            else if (random.Next(100) < 52)
            {
                bool cold = random.Next(4) == 0;
                uint expected = (order == 0 ? reference.TakePage(cpu, cold) : reference.TakeBlock(order)) ?? 0;
                uint frame = _zone.TakeFor(cpu, order, cold);
                Assert.That(frame, Is.EqualTo(expected), $"seed {seed}, step {step}, order {order}");
                if (frame != 0)
                    held.Add((frame, order));
            }
            else if (held.Count != 0)
            {
                int at = random.Next(held.Count);
                (uint frame, order) = held[at];
                held.RemoveAt(at);
                if (order == 0)
                {
                    _zone.FreeTo(_zone.HotList(cpu), frame);
                    reference.FreePage(cpu, frame);
                }
                else
                {
                    Return(frame, order);
                    reference.ReturnBlock(frame, order);
                }
            }
            Assert.That(_zone.FreePages + _zone.PerCpuCount + held.Sum(block => 1L << block.Order), Is.EqualTo(_frames), $"seed {seed}, step {step}");
        }
        Assert.That(ZoneLists.FreeLists(_machine, _zone), Is.EqualTo(reference.FreeLists), $"seed {seed}");
        foreach ((uint frame, int order) in held)
            Return(frame, order);
    }

    private uint Take(int order)
    {
        Assert.That(_zone.TryTakeBlock(order, out PageFrameNumber block));
        return block.Value;
    }

    private void Return(uint frame, int order) => _zone.ReturnBlock(new PageFrameNumber(frame), order);

    private List<uint> Lists(int order) => ZoneLists.FreeLists(_machine, _zone)[order];
}
