using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>A piece of memory that takes part in a transfer: struct bio_vec, by kernel address.</summary>
/// <param name="Address">First byte; in the direct map.</param>
/// <param name="Bytes">A whole number of sectors.</param>
[DriverSurface]
public readonly record struct BioSegment(VirtualAddress Address, uint Bytes);

/// <summary>The same as a bus master is told it: struct scatterlist.</summary>
/// <param name="Address">First byte.</param>
/// <param name="Bytes">A whole number of sectors.</param>
[DriverSurface]
public readonly record struct DmaSegment(PhysicalAddress Address, uint Bytes);
