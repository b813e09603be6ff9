using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>Two equal buffers for DMA: one plays while the other is filled.</summary>
/// <remarks>
/// kmalloc of a power of two is aligned well enough: a buffer of at most 64 KiB never crosses a 64 KiB boundary. To show
/// what happens otherwise, the crossing variant takes 128 KiB per buffer and begins half a buffer before the middle.
/// </remarks>
internal sealed class DmaBuffers
{
    private const ulong Boundary = 64 << 10, Reach = 16 << 20;   // bytes: what the 8237 and its page register can do
    private readonly VirtualAddress[] _memory;    // what was allocated, as it must be freed
    private readonly VirtualAddress[] _start;     // where the buffers begin in it
    private readonly PhysicalAddress[] _bus;

    private DmaBuffers(VirtualAddress[] memory, VirtualAddress[] start, PhysicalAddress[] bus, uint bytes)
    {
        (_memory, _start, _bus) = (memory, start, bus);
        Bytes = bytes;
    }

    /// <summary>Bytes in each.</summary>
    public uint Bytes { get; }

    /// <summary>True when 24 address bits do not reach one of them.</summary>
    public bool IsBeyondReach => Array.Exists(_bus, start => start.Value + Bytes > Reach);

    /// <summary>True when one of them does not lie within one 64 KiB page of the controller.</summary>
    public bool CrossesBoundary => Array.Exists(_bus, start => start.Value / Boundary != (start.Value + Bytes - 1) / Boundary);

    /// <summary>Takes both buffers.</summary>
    /// <returns>Null when there is no memory; nothing is held then.</returns>
    public static DmaBuffers? Allocate(KernelContext kernel, uint bytes, bool gfpDma, bool crossBoundary)
    {
        GfpFlags flags = gfpDma ? GfpFlags.Kernel | GfpFlags.Dma : GfpFlags.Kernel;
        ulong taken = crossBoundary ? 2 * Boundary : bytes;
        ulong offset = crossBoundary ? Boundary - (bytes / 2) : 0;
        VirtualAddress first = kernel.Kmalloc(taken, flags);
        if (first.IsNull)
            return null;
        VirtualAddress second = kernel.Kmalloc(taken, flags);
        if (second.IsNull)
        {
            kernel.Kfree(first);
            return null;
        }
        VirtualAddress[] start = [first + offset, second + offset];
        return new([first, second], start, [kernel.VirtToPhys(start[0]), kernel.VirtToPhys(start[1])], bytes);
    }

    /// <summary>Gives both back.</summary>
    public void Free(KernelContext kernel)
    {
        kernel.Kfree(_memory[1]);
        kernel.Kfree(_memory[0]);
    }

    /// <summary>Where the kernel sees buffer 0 or 1.</summary>
    public VirtualAddress Address(int index) => _start[index];

    /// <summary>Where the DMA controller sees it.</summary>
    public PhysicalAddress BusAddress(int index) => _bus[index];

    /// <inheritdoc/>
    public override string ToString() => $"{_bus[0]} and {_bus[1]}";
}
