using MiniKernel.Cli.Replay;

namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class MemoryMomentTests
{
    // 4 + 2 * 2 + 8 = 16 frames; below order 1 there are 4, below order 3 there are 8.
    [TestCase(0, 0.0)]
    [TestCase(1, 0.25)]
    [TestCase(2, 0.5)]
    [TestCase(3, 0.5)]
    [TestCase(4, 1.0)]
    public void UnusableIndex_IsThePartInSmallerBlocks(int order, double index) =>
        Assert.That(new MemoryMoment(0, 0, 0, [4, 2, 0, 1, 0]).UnusableIndex(order), Is.EqualTo(index));

    [Test]
    public void NothingFree_IsWhollyUnusable()
    {
        var full = new MemoryMoment(0, 0, 0, [0, 0]);
        Assert.That((full.UnusableIndex(0), full.LargestOrder), Is.EqualTo((1.0, -1)));
    }

    [Test]
    public void LargestOrder_HasABlock() => Assert.That(new MemoryMoment(0, 0, 0, [4, 2, 0, 1, 0]).LargestOrder, Is.EqualTo(3));
}
