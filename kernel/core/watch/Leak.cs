namespace MiniKernel.Core;

/// <summary>What a module left behind, summed up by call site.</summary>
/// <param name="Module">The module; "kernel" for calls from outside any.</param>
/// <param name="What">"size-128", "pages of order 2", "cache", "character device" and so on.</param>
/// <param name="Count">How many.</param>
/// <param name="Bytes">Bytes asked for, all together.</param>
/// <param name="Site">Where they were taken.</param>
public sealed record Leak(string Module, string What, int Count, ulong Bytes, CallSite Site)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Module}: leaked {Count} x {What}, {Bytes} bytes, from {Site}";
}
