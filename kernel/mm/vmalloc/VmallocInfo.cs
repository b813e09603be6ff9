namespace MiniKernel.Mm;

/// <summary>The vmalloc space as /proc/meminfo shows it, in bytes; all 0 on a machine without an MMU.</summary>
/// <param name="Total">VMALLOC_TOTAL.</param>
/// <param name="Used">In areas, their guard pages included.</param>
/// <param name="LargestChunk">The largest gap.</param>
public readonly record struct VmallocInfo(ulong Total, ulong Used, ulong LargestChunk);
