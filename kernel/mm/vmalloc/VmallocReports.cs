using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>vfree was given what no vmalloc returned.</summary>
/// <param name="Address">What it was given.</param>
/// <param name="IsUnaligned">True when it is not even the start of a page ("bad address"), else "nonexistent vm area".</param>
public sealed record BadVfree(VirtualAddress Address, bool IsUnaligned) : MmReport;

/// <summary>No gap of the vmalloc space holds the area ("allocation failed: out of vmalloc space").</summary>
/// <param name="Size">Bytes wanted, the guard page included.</param>
public sealed record VmallocSpaceExhausted(ulong Size) : MmReport;
