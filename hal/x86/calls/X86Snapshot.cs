using System.Collections.Immutable;

namespace MiniKernel.Hal.X86;

/// <summary>The registers of a core at some time.</summary>
/// <param name="Registers">The general registers by their number.</param>
/// <param name="Rip">The next instruction.</param>
/// <param name="Rflags">The flags.</param>
/// <param name="FsBase">Base of the FS segment.</param>
/// <param name="GsBase">Base of the GS segment.</param>
public sealed record X86Snapshot(ImmutableArray<ulong> Registers, ulong Rip, ulong Rflags, ulong FsBase, ulong GsBase);
