using System.Globalization;

namespace MiniKernel.Core;

/// <summary>A line of C.</summary>
/// <param name="File">The file, as the compiler was given it.</param>
/// <param name="Line">Counted from 1.</param>
public readonly record struct SourceLine(string File, int Line)
{
    /// <summary>True for a file that is included: code of it was inlined.</summary>
    internal bool IsHeader => File.EndsWith(".h", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}");
}
