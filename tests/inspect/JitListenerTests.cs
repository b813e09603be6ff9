using System.Reflection;
using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace MiniKernel.Inspect.Tests;

/// <summary>Which version of a method is found, and what is said when none is.</summary>
[TestFixture, NonParallelizable]
public sealed class JitListenerTests
{
    private static readonly MethodInfo _seldom = Method(nameof(Seldom)), _atOnce = Method(nameof(AtOnce)), _never = Method(nameof(Never));

    [SetUp]
    public void OnX64()
    {
        if (!MethodInspector.IsSupported)
            Assert.Ignore("machine code is decoded on x86-64 only");
    }

    [Test]
    public void MethodThatIsNeverCalled_ReachesNoFinalTier()
    {
        using MethodInspector inspector = new();
        Assert.That(
            () => inspector.Inspect(_never, static () => { }, TimeSpan.FromMilliseconds(200)),
            Throws.TypeOf<TimeoutException>().With.Message.Contains("Never").And.Message.Contains("none"));
    }

    [Test]
    public void MethodCalledOnce_IsAnnouncedInItsFirstTier()
    {
        using JitListener listener = new();
        Seldom(1);
        Assert.That(() => listener.Latest(_seldom)?.Tier, Is.EqualTo(JitTier.QuickJitted).After(10_000, 20));
        Assert.That(listener.Latest(_seldom)!.Value.IsFinal, Is.False);
    }

    [Test]
    public void MethodThatIsOptimizedAtOnce_IsFinalAndReadable()
    {
        using MethodInspector inspector = new();
        MethodCode code = inspector.Inspect(_atOnce, static () => AtOnce(1), TimeSpan.FromSeconds(30));
        Assert.That(code.Tier, Is.EqualTo(JitTier.Optimized));
        Assert.That(code.Instructions[^1].Text, Is.EqualTo("ret"), code.Listing);
    }

    private static MethodInfo Method(string name) => typeof(JitListenerTests).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Seldom(int number) => number + 3;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Never(int number) => number + 5;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int AtOnce(int number) => number + 7;
}
