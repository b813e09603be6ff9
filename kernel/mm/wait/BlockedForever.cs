namespace MiniKernel.Mm;

/// <summary>A call that Linux would let sleep for ever was given up.</summary>
/// <param name="What">What was waited for.</param>
public sealed record BlockedForever(string What) : MmReport;
