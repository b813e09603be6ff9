namespace MiniKernel.Core;

/// <summary>Tells that something is done: struct completion.</summary>
/// <param name="name">What reports call it.</param>
[DriverSurface]
public sealed class Completion(string name)
{
    /// <summary>What reports call it.</summary>
    public string Name { get; } = name;

    /// <summary>complete() calls nobody has waited for yet.</summary>
    public uint Done { get; internal set; }

    internal WaitQueue Waiters { get; } = new(name);
}
