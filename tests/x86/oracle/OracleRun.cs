using Iced.Intel;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>Draws cases in a fixed order: what a seed gives is the same everywhere.</summary>
internal sealed class OracleRun(X86Mode mode, ulong seed)
{
    private readonly IReadOnlyList<Code> _forms = InstructionForms.All(mode);
    private readonly SplitMix _random = new(seed);

    /// <summary>Encodings there are.</summary>
    public int Forms => _forms.Count;

    /// <summary>Cases of one instruction each, so many of every encoding.</summary>
    public IEnumerable<DrawnCase> Instructions(int each)
    {
        var writer = new CaseWriter(mode, _random);
        foreach (Code code in _forms)
        {
            for (int i = 0; i < each; i++)
                yield return DrawOne(writer, code);
        }
    }

    /// <summary>Cases of several instructions.</summary>
    public IEnumerable<DrawnCase> Sequences(int count)
    {
        var writer = new SequenceWriter(mode, _random);
        for (int i = 0; i < count; i++)
        {
            writer.Write(out OracleCase drawn, out Undefined undefined);
            yield return new DrawnCase(drawn, null, undefined);
        }
    }

    private static DrawnCase DrawOne(CaseWriter writer, Code code)
    {
        for (int attempt = 0; attempt < 1000; attempt++)
        {
            if (writer.TryWrite(code, out OracleCase drawn, out Instruction instruction))
                return new DrawnCase(drawn, instruction, default);
        }
        throw new InvalidOperationException($"no case of {code} can be encoded");
    }
}

/// <summary>A case, and what is known of it before it runs.</summary>
/// <param name="Case">The case.</param>
/// <param name="Single">Its instruction, if it is one.</param>
/// <param name="Known">What of the answer is open if it is several.</param>
internal sealed record DrawnCase(OracleCase Case, Instruction? Single, Undefined Known)
{
    public Undefined Undefined(in OracleAnswer answer) => Single is { } instruction ? Undefinedness.Of(instruction, Case, answer) : Known;
}
