using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Frames in a row.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many.</param>
public readonly record struct FrameSpan(PageFrameNumber First, uint Count);
