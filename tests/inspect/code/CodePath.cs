namespace MiniKernel.Inspect.Tests;

/// <summary>A conditional jump and the comparison that decided it.</summary>
/// <param name="Comparison">cmp, test, or the arithmetic that set the flags.</param>
/// <param name="Left">First operand.</param>
/// <param name="Right">Second operand; null when there is none.</param>
internal sealed record CodeBranch(string Comparison, CodeValue Left, CodeValue? Right)
{
    public override string ToString() => $"{Comparison} {Left}, {Right}";
}

/// <summary>One way through a method, from its entry to a return (or to where it ends otherwise).</summary>
internal sealed record CodePath
{
    /// <summary>Everything read from memory outside the frame, in order; also by comparisons nobody looks at (null checks).</summary>
    public required IReadOnlyList<LoadedValue> Loads { get; init; }

    /// <summary>The decisions on the way.</summary>
    public required IReadOnlyList<CodeBranch> Branches { get; init; }

    /// <summary>Mnemonics of the instructions on the way.</summary>
    public required IReadOnlyList<string> Mnemonics { get; init; }

    /// <summary>What is returned; null where the path does not return.</summary>
    public CodeValue? Result { get; init; }

    /// <summary>True when another method is called on the way.</summary>
    public bool Calls => Mnemonics.Contains("call");
}
