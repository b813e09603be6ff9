using MiniKernel.Cli.Torture;
using MiniKernel.Core;

namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class TorturePlanTests
{
    private static readonly CallSite _once = new("a.cs", 1, "Init"), _loop = new("a.cs", 2, "Run"), _often = new("a.cs", 3, "Run");

    [Test]
    public void AFewRequests_AreAllChosen() =>
        Assert.That(TorturePlan.Choose([_once, _loop, _loop, _often], 4), Is.EqualTo(new ulong[] { 1, 2, 3, 4 }));

    [Test]
    public void Nothing_IsNothing() => Assert.That(TorturePlan.Choose([], 4), Is.Empty);

    [Test]
    public void OfMany_EachPlaceHasItsFirstAndLast()
    {
        CallSite[] trail = [_once, .. Enumerable.Repeat(_loop, 100), .. Enumerable.Repeat(_often, 1000), _once];
        IReadOnlyList<ulong> chosen = TorturePlan.Choose(trail, 20);
        Assert.That(chosen, Has.Count.EqualTo(20).And.Ordered.And.Unique);
        Assert.That(chosen, Is.SupersetOf(new ulong[] { 1, 1102, 2, 101, 102, 1101 }));
        Assert.That(chosen.Count(nth => trail[nth - 1] == _loop), Is.EqualTo(9));
        Assert.That(chosen.Count(nth => trail[nth - 1] == _often), Is.EqualTo(9));
    }

    [Test]
    public void WithFewerRunsThanPlaces_NoneIsTakenTwice()
    {
        IReadOnlyList<ulong> chosen = TorturePlan.Choose([_once, _loop, _loop, _often, _often, _often], 2);
        Assert.That(chosen, Has.Count.EqualTo(2).And.Unique);
    }
}
