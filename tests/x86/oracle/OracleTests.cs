using System.Diagnostics;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>The emulated core against the CPU this test runs on.</summary>
public sealed class OracleTests
{
    private const int ShownDifferences = 20;

    [Test]
    public void EveryInstruction_DoesWhatTheHostsCpuDoes([Values] X86Mode mode) => Compare(mode, seed: 1, each: 4, sequences: 1500, allPaths: false);

    // On all paths: sequences may write beside the bytes a case sets, which the next case then finds, on the host too.
    [Test]
    public void JoinedInstructions_DoWhatTheHostsCpuDoes([Values] X86Mode mode) => Compare(mode, seed: 3, each: 0, sequences: 150, allPaths: true, joins: true);

    [Test, Explicit("a million comparisons: a minute or two")]
    public void AMillionCases_DoWhatTheHostsCpuDoes([Values] X86Mode mode) => Compare(mode, seed: 2, each: 250, sequences: 60_000, allPaths: true);

    [Test, Explicit("as many as the JIT compiles in a minute or two")]
    public void ManyMoreJoinedInstructions_DoWhatTheHostsCpuDoes([Values] X86Mode mode) => Compare(mode, seed: 4, each: 0, sequences: 3_000, allPaths: true, joins: true);

    [Test]
    public void Forms_AreTheOnesOfEveryMnemonic([Values] X86Mode mode) =>
        Assert.That(new OracleRun(mode, 0).Forms, Is.GreaterThan(400));

    private static void Compare(X86Mode mode, ulong seed, int each, int sequences, bool allPaths, bool joins = false)
    {
        Gcc.Require();
        using var host = new HostCpu();
        EmulatedCpu[] emulated = [.. Enum.GetValues<MemoryPath>().Select(path => new EmulatedCpu(mode, path, joins))];
        var run = new OracleRun(mode, seed);
        var clock = Stopwatch.StartNew();
        List<string> differences = [];
        int comparisons = 0;
        foreach (DrawnCase[] batch in run.Instructions(each).Concat(run.Sequences(sequences)).Chunk(HostCpu.MostCases))
        {
            OracleAnswer[] answers = host.Run([.. batch.Select(drawn => drawn.Case)]);
            for (int i = 0; i < batch.Length; i++)
            {
                Undefined undefined = batch[i].Undefined(answers[i]);
                foreach (EmulatedCpu cpu in allPaths ? emulated : [emulated[i % emulated.Length]])
                {
                    comparisons++;
                    if (Comparison.Differences(batch[i].Case, answers[i], cpu.Run(batch[i].Case), undefined) is { } difference)
                        differences.Add(difference);
                }
            }
        }
        foreach (EmulatedCpu cpu in emulated)
            cpu.Dispose();
        TestContext.Out.WriteLine($"{mode}: {comparisons} comparisons of {run.Forms} encodings in {clock.Elapsed.TotalSeconds:f1} s, {differences.Count} differences");
        Assert.That(differences, Is.Empty, string.Join(Environment.NewLine, differences.Take(ShownDifferences)));
    }
}
