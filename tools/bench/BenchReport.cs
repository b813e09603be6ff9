namespace MiniKernel.Bench;

/// <summary>A table of figures.</summary>
/// <param name="Headings">Of the columns; the first one says what the rows are.</param>
/// <param name="Rows">Cells.</param>
public sealed record BenchTable(IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>What was measured, and what it means.</summary>
/// <param name="Tables">The figures.</param>
/// <param name="Reading">Sentences that read them for who asked.</param>
public sealed record BenchReport(IReadOnlyList<BenchTable> Tables, IReadOnlyList<string> Reading);
