namespace MiniKernel.Core;

/// <summary>One line of an answer.</summary>
/// <param name="Name">What it is about: "zone", "object".</param>
/// <param name="Text">What is so.</param>
public sealed record Fact(string Name, string Text);
