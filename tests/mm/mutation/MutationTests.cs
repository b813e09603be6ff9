using NUnit.Framework;

namespace MiniKernel.Mm.Tests.Mutation;

/// <summary>The comparison with the model bites: each rule of the allocators, broken alone, is found out by a trace.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class MutationTests
{
    // The quickest to find something first: little memory, then several CPUs, HighMem, retuned caches, larger pages, no MMU.
    private static readonly MutantTrace[] _traces =
    [
        new("lab-4m", 2), new("i386-64", 3), new("x86-64-8g", 4), new("i386-highmem", 5), new("i386-32", 6, WithTuning: true), new("alpha-8k", 8),
        new("i386-128", 9, WithTuning: true), new("m68k-nommu", 10, WithTuning: true), new("i386-highmem", 12, WithTuning: true), new("i386-32", 25), new("ia64-16k", 13),
    ];

    private static IEnumerable<TestCaseData> Rules =>
        Mutations.All.Select(mutation => new TestCaseData(mutation.Number) { TestName = $"BrokenRule_IsFoundOut({mutation.Name})" });

    private MutantAssembly _mutants = null!;

    [OneTimeSetUp]
    public void Compile() => _mutants = new MutantAssembly(Mutations.All);

    [OneTimeTearDown]
    public void Clean() => _mutants?.Dispose();

    [TestCaseSource(nameof(Rules))]
    public void BrokenRule_IsFoundOut(int mutation)
    {
        string? found = _traces.Select(trace => _mutants.FirstDisagreement(mutation, trace) is { } what ? $"{trace}: {what}" : null).FirstOrDefault(what => what is not null);
        Assert.That(found, Is.Not.Null, "model and kernel agree although this rule is broken");
        TestContext.Out.WriteLine(found);
    }

    /// <summary>The control: unmutated, the same copy agrees on all of them.</summary>
    [Test]
    public void KernelAsItIs_Agrees([Range(0, 10)] int trace) => Assert.That(_mutants.FirstDisagreement(0, _traces[trace]), Is.Null);

    [TestCase("int b = 2;", "no")]
    [TestCase("int a = 1; int a = 1;", "more than one")]
    public void MutationThatNoLongerFitsTheSource_IsRefused(string source, string how)
    {
        var mutation = new Mutation(1, "m", "f.cs", "int a = 1;", "int a = 2;", IsStatement: true);
        Assert.That(() => mutation.ApplyTo(source), Throws.InvalidOperationException.With.Message.Contains($"f.cs has {how} "));
    }

    [Test]
    public void Piece_MayStandInALongerText()
    {
        var mutation = new Mutation(3, "m", "f.cs", "if («a»)", "b", IsStatement: false);
        Assert.That(mutation.ApplyTo("x = a; if (a) c();"), Is.EqualTo("x = a; if ((Mutant.Is(3) ? (b) : (a))) c();"));
    }
}
