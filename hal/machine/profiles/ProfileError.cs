namespace MiniKernel.Hal;

/// <summary>A rule that a hardware profile breaks.</summary>
/// <param name="Key">The boot.json key at fault, as in "ram" or "memoryMap[1].start".</param>
/// <param name="Message">What is wrong and what is allowed; reads well after "key: ".</param>
public sealed record ProfileError(string Key, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key}: {Message}";
}
