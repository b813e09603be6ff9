using System.Runtime.InteropServices;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>The emulated core against what an x86-64 CPU answered when the vectors were recorded: for hosts that are none.</summary>
/// <remarks>A vector is the fingerprint of an answer; the cases are drawn anew, the same everywhere. Whoever changes what is
/// drawn records anew: run the explicit test on an x86-64 Linux host and commit the files.</remarks>
public sealed class VectorTests
{
    private const ulong Seed = 3;
    private const int Each = 4, Sequences = 1500;

    [Test]
    public void EveryInstruction_DoesWhatWasRecorded([Values] X86Mode mode)
    {
        ReadOnlySpan<uint> vectors = MemoryMarshal.Cast<byte, uint>(File.ReadAllBytes(Gcc.Source(NameOf(mode))));
        using var core = new EmulatedCpu(mode, MemoryPath.Direct);
        List<string> differences = [];
        int index = 0;
        foreach (DrawnCase drawn in Draw(mode))
        {
            OracleAnswer answer = core.Run(drawn.Case);
            if (Comparison.Fingerprint(drawn.Case, answer, drawn.Undefined(answer)) != vectors[index++])
                differences.Add(Comparison.Describe(drawn.Case));
        }
        Assert.That(differences, Is.Empty);
        Assert.That(index, Is.EqualTo(vectors.Length));
    }

    [Test, Explicit("writes the vector files into the source tree")]
    public void Record([Values] X86Mode mode)
    {
        Gcc.Require();
        using var host = new HostCpu();
        List<uint> vectors = [];
        foreach (DrawnCase[] batch in Draw(mode).Chunk(HostCpu.MostCases))
        {
            OracleAnswer[] answers = host.Run([.. batch.Select(drawn => drawn.Case)]);
            vectors.AddRange(batch.Zip(answers, (drawn, answer) => Comparison.Fingerprint(drawn.Case, answer, drawn.Undefined(answer))));
        }
        File.WriteAllBytes(Path.Combine(SourceFolder(), NameOf(mode)), MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(vectors)));
    }

    private static IEnumerable<DrawnCase> Draw(X86Mode mode)
    {
        var run = new OracleRun(mode, Seed);
        return run.Instructions(Each).Concat(run.Sequences(Sequences));
    }

    private static string NameOf(X86Mode mode) => $"oracle/vectors-{(int)mode}.bin";

    private static string SourceFolder()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MiniKernel.Hal.X86.Tests.csproj")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
