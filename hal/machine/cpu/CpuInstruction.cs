namespace MiniKernel.Hal;

/// <summary>One instruction.</summary>
/// <param name="Address">Where it lies.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Text">"movl $0x1,(%eax)".</param>
public readonly record struct CpuInstruction(ulong Address, int Length, string Text);
