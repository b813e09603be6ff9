namespace MiniKernel.Mm.Tests.Mutation;

/// <summary>One rule of kernel/mm broken on purpose: a piece of its source text, and what stands there in the broken kernel.</summary>
/// <param name="Number">Which one is in force; from 1.</param>
/// <param name="Name">The rule, and how it is broken.</param>
/// <param name="File">The source file, below kernel/mm.</param>
/// <param name="Right">Text that occurs exactly once in the file. Where the piece alone is not unique, it stands between « and ».</param>
/// <param name="Wrong">What replaces the piece.</param>
/// <param name="IsStatement">True for statements, false for an expression.</param>
internal sealed record Mutation(int Number, string Name, string File, string Right, string Wrong, bool IsStatement)
{
    /// <summary>Source with both pieces in it: the number decides at run time, so that all mutants are compiled at once.</summary>
    /// <exception cref="InvalidOperationException">The source no longer says this, or says it more than once.</exception>
    public string ApplyTo(string source)
    {
        (string before, string piece, string after) = Parts();
        string text = before + piece + after;
        int at = source.IndexOf(text, StringComparison.Ordinal);
        if (at < 0 || source.IndexOf(text, at + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidOperationException($"mutation \"{Name}\": {File} has {(at < 0 ? "no" : "more than one")} \"{text}\"; the mutation has to follow the source");
        string both = IsStatement
            ? $"if (Mutant.Is({Number})) {{ {Wrong} }} else {{ {piece} }}"
            : $"(Mutant.Is({Number}) ? ({Wrong}) : ({piece}))";
        return source[..at] + before + both + after + source[(at + text.Length)..];
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private (string Before, string Piece, string After) Parts()
    {
        int start = Right.IndexOf('«', StringComparison.Ordinal), end = Right.IndexOf('»', StringComparison.Ordinal);
        return start < 0 ? ("", Right, "") : (Right[..start], Right[(start + 1)..end], Right[(end + 1)..]);
    }
}
