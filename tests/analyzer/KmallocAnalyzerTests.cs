using MiniKernel.Hal;
using MiniKernel.Mm;
using NUnit.Framework;

namespace MiniKernel.Analyzer.Tests;

/// <summary>Which constants are too large for kmalloc, on which machine.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class KmallocAnalyzerTests
{
    private const string EveryMachine = "the largest class that every machine has is 131072 bytes";

    [TestCase("k.Kmalloc(131073, GfpFlags.Kernel);", "131073")]
    [TestCase("k.Kmalloc(size: 131073, flags: GfpFlags.Kernel);", "131073")]
    [TestCase("k.Kmalloc(flags: GfpFlags.Dma, size: 131073);", "131073")]
    [TestCase("k.Kzalloc(131073, GfpFlags.Kernel);", "131073")]
    [TestCase("k.Krealloc(p, 131073, GfpFlags.Kernel);", "131073")]
    [TestCase("k.Kcalloc(1, 131073, GfpFlags.Kernel);", "131073")]
    [TestCase("k.Kcalloc(1025, 128, GfpFlags.Kernel);", "131200")]
    [TestCase("k.MempoolCreateKmallocPool(1, 131073);", "131073")]
    [TestCase("k.MempoolCreateKzallocPool(1, 131073);", "131073")]
    [TestCase("k.Kmalloc(1 << 18, GfpFlags.Kernel);", "262144", TestName = "Expression")]
    [TestCase("const int size = 200_000; k.Kmalloc(size, GfpFlags.Kernel);", "200000", TestName = "LocalConstant")]
    [TestCase("k.Kmalloc(Size, GfpFlags.Kernel);", "160000", TestName = "ConstantField")]
    [TestCase("k.Kmalloc((ulong)Sizes.Large, GfpFlags.Kernel);", "140000", TestName = "CastOfAnEnum")]
    [TestCase("k.Kmalloc(sizeof(long) * 20000, GfpFlags.Kernel);", "160000", TestName = "Sizeof")]
    [TestCase("k.Kmalloc('a' * 2000, GfpFlags.Kernel);", "194000", TestName = "Character")]
    [TestCase("k.Kmalloc((uint)200_000L, GfpFlags.Kernel);", "200000", TestName = "Cast")]
    [TestCase("k.Kmalloc(checked(400 * 400), GfpFlags.Kernel);", "160000", TestName = "CheckedArithmetic")]
    [TestCase("k.Kmalloc(Size > 9 ? 150_000 : 1, GfpFlags.Kernel);", "150000", TestName = "ConditionThatIsConstant")]
    [TestCase("void G(KernelContext inner) => inner.Kmalloc(131073, GfpFlags.Kernel);", "131073", TestName = "LocalFunction")]
    public void AConstantAboveTheLargestClassThatEveryMachineHas_IsAnError(string statement, string bytes)
    {
        const string members = "const ulong Size = 160_000; enum Sizes { Large = 140_000 }";
        Assert.That(AnalyzedDriver.Errors(statement, members), Is.EqualTo(new[] { $"1: Error MK0001: you cannot kmalloc that much: {bytes} bytes; {EveryMachine}" }));
    }

    [TestCase("k.Kmalloc(131072, GfpFlags.Kernel); k.Kmalloc(0, GfpFlags.Kernel); k.Kcalloc(1024, 128, GfpFlags.Kernel);", TestName = "LargestClass")]
    [TestCase("k.Kcalloc(0, 1UL << 40, GfpFlags.Kernel);", TestName = "NoElements")]
    [TestCase("k.Kmalloc(n, GfpFlags.Kernel); k.Kmalloc(n * 200_000, GfpFlags.Kernel);", TestName = "Variable")]
    [TestCase("ulong size = 200_000; k.Kmalloc(size, GfpFlags.Kernel);", TestName = "LocalVariable")]
    [TestCase("k.Kmalloc(Size, GfpFlags.Kernel);", TestName = "ReadOnlyField")]
    [TestCase("k.Kcalloc(n, 200_000, GfpFlags.Kernel);", TestName = "CountUnknown")]
    [TestCase("k.Kmalloc(unchecked((ushort)200_000), GfpFlags.Kernel);", TestName = "CastThatCutsOff")]
    [TestCase("k.Vmalloc(200_000); k.AllocPages(GfpFlags.Kernel, 9); k.Udelay(200_000);", TestName = "OtherCalls")]
    [TestCase("new Other().Kmalloc(200_000);", TestName = "SomebodyElsesKmalloc")]
    public void WhatKmallocMayServe_IsNot(string statement) =>
        Assert.That(AnalyzedDriver.Errors(statement, "static readonly ulong Size = 200_000; class Other { public void Kmalloc(ulong size) { } }"), Is.Empty);

    [Test]
    public void EachCall_IsNamedWithItsLine() =>
        Assert.That(AnalyzedDriver.Errors("k.Kmalloc(n,\n GfpFlags.Kernel);\nk.Kmalloc(\n200_000, GfpFlags.Kernel);\nk.Kzalloc(200_000, GfpFlags.Kernel);").Select(error => error[..2]),
            Is.EqualTo(new[] { "3:", "5:" }));

    [TestCase("33554433", "33554433", TestName = "ABitMore")]
    [TestCase("ulong.MaxValue", "18446744073709551615", TestName = "Most")]
    [TestCase("unchecked((ulong)-1)", "18446744073709551615", TestName = "MinusOne")]
    public void AConstantAboveTheLargestClassOfAll_IsOneOnEveryMachine(string size, string bytes)
    {
        (string, string)[] most = [("MiniKernelProfile", "m68k-nommu-large")], beyond = [("MiniKernelLargestKmalloc", "18446744073709551615")];
        foreach ((string, string)[] properties in new[] { [], most, beyond })
        {
            Assert.That(AnalyzedDriver.Errors($"k.Kmalloc({size}, GfpFlags.Kernel);", "", properties),
                Is.EqualTo(new[] { $"1: Error MK0001: you cannot kmalloc that much: {bytes} bytes; no machine has a class above 33554432 bytes" }));
        }
    }

    [Test]
    public void AProductBeyondANumber_IsTooLarge() =>
        Assert.That(AnalyzedDriver.Errors("k.Kcalloc(1UL << 40, 1UL << 40, GfpFlags.Kernel);"), Has.One.Contains(": 1208925819614629174706176 bytes; "));

    // The analyzer cannot ask the kernel; this is what keeps its table true.
    [Test]
    public void TheTable_IsWhatTheKernelSaysOfTheShippedProfiles()
    {
        Assert.That(KmallocLimits.OfProfiles, Is.EquivalentTo(ShippedProfiles.All.ToDictionary(profile => profile.Name, profile => KmallocSizes.For(profile)[^1])));
        Assert.That(KmallocSizes.FullList[^1], Is.EqualTo(KmallocLimits.OfAny));
        Assert.That(ShippedProfiles.All.Min(profile => KmallocSizes.For(profile)[^1]), Is.EqualTo(KmallocLimits.OfEvery));
    }

    [Test]
    public void AProfile_SetsTheLimit([ValueSource(nameof(Profiles))] string profile)
    {
        ulong largest = KmallocSizes.For(ShippedProfiles.Find(profile)!)[^1];
        string why = largest == KmallocLimits.OfAny ? "no machine has a class above 33554432 bytes" : $"the largest class of {profile} is {largest} bytes";
        Assert.That(AnalyzedDriver.Errors($"k.Kmalloc({largest}, GfpFlags.Kernel);\nk.Kmalloc({largest + 1}, GfpFlags.Kernel);", "", ("MiniKernelProfile", profile)),
            Is.EqualTo(new[] { $"2: Error MK0001: you cannot kmalloc that much: {largest + 1} bytes; {why}" }));
    }

    [Test]
    public void AMachineOfOnesOwn_TellsTheBytes()
    {
        (string, string)[] properties = [("MiniKernelProfile", "my-pc"), ("MiniKernelLargestKmalloc", " 1048576 ")];
        Assert.That(AnalyzedDriver.Errors("k.Kmalloc(1 << 20, GfpFlags.Kernel);\nk.Kmalloc((1 << 20) + 1, GfpFlags.Kernel);", "", properties),
            Is.EqualTo(new[] { "2: Error MK0001: you cannot kmalloc that much: 1048577 bytes; the largest class of my-pc is 1048576 bytes" }));
    }

    [TestCase("MiniKernelProfile", "i386-23", "MiniKernelProfile is \"i386-23\"; it is one of alpha-8k, arm-32, ")]
    [TestCase("MiniKernelLargestKmalloc", "1M", "MiniKernelLargestKmalloc is \"1M\"; it is a number of bytes")]
    [TestCase("MiniKernelLargestKmalloc", "-1", "MiniKernelLargestKmalloc is \"-1\"; it is a number of bytes")]
    public void APropertyThatMakesNoSense_IsAnErrorOfItsOwn(string name, string value, string message) =>
        Assert.That(AnalyzedDriver.Errors("k.Kmalloc(100, GfpFlags.Kernel); k.Kmalloc(200_000, GfpFlags.Kernel);", "", (name, value)),
            Has.Length.EqualTo(1).And.One.StartsWith($"Error MK0002: {message}"));

    [Test]
    public void ADriverThatWantsToSeeNull_SaysSo() =>
        Assert.That(AnalyzedDriver.Errors("#pragma warning disable MK0001 // to show what kmalloc returns\nk.Kmalloc(200_000, GfpFlags.Kernel);"), Is.Empty);

    private static IEnumerable<string> Profiles => ShippedProfiles.All.Select(profile => profile.Name);
}
