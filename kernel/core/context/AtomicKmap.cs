using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>A page that kmap_atomic() shows on a CPU.</summary>
/// <param name="Type">In which of the CPU's places.</param>
/// <param name="Address">Where.</param>
internal sealed record AtomicKmap(KmapType Type, VirtualAddress Address);
