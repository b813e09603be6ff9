namespace MiniKernel.Core;

/// <summary>Why an allocation landed where it did.</summary>
/// <param name="Request">The call.</param>
/// <param name="Steps">What mm did, one after the other, as it said itself.</param>
/// <param name="Result">What came of it, and what lies there.</param>
/// <param name="IsComplete">False when there is no record of it.</param>
public sealed record Explanation(string Request, IReadOnlyList<ExplainedStep> Steps, IReadOnlyList<Fact> Result, bool IsComplete = true);

/// <summary>One thing mm did or decided.</summary>
/// <param name="Event">The tracepoint it comes from.</param>
/// <param name="Text">In words.</param>
/// <param name="Fields">The tracepoint's fields, as a trace shows them.</param>
/// <param name="Depth">0 for the call itself; above 0 inside of what it led to.</param>
public sealed record ExplainedStep(string Event, string Text, IReadOnlyList<KeyValuePair<string, string>> Fields, int Depth);
