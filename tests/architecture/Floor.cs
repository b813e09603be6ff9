namespace MiniKernel.Architecture.Tests;

/// <summary>A row of the house's table (ARCHITECTURE.md, "The house"): one project and what it may use.</summary>
/// <param name="Folder">Where the project lies.</param>
/// <param name="Project">The project file's name without its ending.</param>
/// <param name="MayUse">Projects it may reference.</param>
/// <param name="Packages">Packages it may reference; one that ends in a dot stands for all that begin so.</param>
/// <param name="Unsafe">True when it may have unsafe blocks.</param>
public sealed record Floor(string Folder, string Project, string[] MayUse, string[] Packages, bool Unsafe)
{
    /// <summary>The assembly the project makes.</summary>
    public string Assembly { get; init; } = Project;

    /// <summary>Projects that look at its code while it is compiled, and that it must have.</summary>
    public string[] Analyzers { get; init; } = [];

    /// <summary>What it is compiled for, where that is not the common framework.</summary>
    public string? Framework { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Project;
}
