using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <content>Memory for devices. No device at all stands for ISA: 24 address bits.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>Zeroed pages that a device reaches and that need no mapping.</summary>
    /// <param name="device">The device; null for ISA.</param>
    /// <param name="size">Bytes; whole pages in a power of two are taken.</param>
    /// <param name="bus">Where the device sees them.</param>
    /// <param name="flags">How hard to try; the device's mask chooses the zone.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Null when there is no memory within the device's mask.</returns>
    public VirtualAddress DmaAllocCoherent(
        DmaDevice? device, ulong size, out PhysicalAddress bus, GfpFlags flags,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.DmaAllocCoherent(_cpu, device, size, out bus, flags, file, line, member);

    /// <summary>Gives back what <see cref="DmaAllocCoherent"/> returned.</summary>
    public void DmaFreeCoherent(
        DmaDevice? device, ulong size, VirtualAddress p, PhysicalAddress bus,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.DmaFreeCoherent(_cpu, device, size, p, bus, file, line, member);

    /// <summary>Hands memory of the direct map to a device until <see cref="DmaUnmapSingle"/>.</summary>
    /// <returns>Where the device sees it; see <see cref="DmaMappingError"/>.</returns>
    public PhysicalAddress DmaMapSingle(
        DmaDevice? device, VirtualAddress p, ulong size, DmaDirection direction,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.DmaMapSingle(_cpu, device, p, size, direction, file, line, member);

    /// <summary>Takes it back.</summary>
    public void DmaUnmapSingle(
        DmaDevice? device, PhysicalAddress bus, ulong size, DmaDirection direction,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        _ = device;                               // the bus is one for all
        _kernel.Memory.DmaUnmapSingle(_cpu, bus, size, direction, file, line, member);
    }

    /// <summary>True when <see cref="DmaMapSingle"/> failed: the device cannot reach all of the memory.</summary>
    public bool DmaMappingError(PhysicalAddress bus) => bus.Value == 0;

    /// <summary>A pool of small blocks of coherent memory.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="device">The device; null for ISA.</param>
    /// <param name="size">Bytes of a block.</param>
    /// <param name="align">A power of two, or 0.</param>
    /// <param name="boundary">A power of two that no block crosses, or 0.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Null for arguments that make no sense, or no memory.</returns>
    public DmaPool? DmaPoolCreate(
        string name, DmaDevice? device, ulong size, ulong align = 0, ulong boundary = 0,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.DmaPoolCreate(_cpu, name, device, size, align, boundary, file, line, member);

    /// <summary>Ends a pool. What is still in use is named and lost.</summary>
    public void DmaPoolDestroy(
        DmaPool pool, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.DmaPoolDestroy(_cpu, pool, file, line, member);

    /// <summary>Takes a block.</summary>
    public VirtualAddress DmaPoolAlloc(
        DmaPool pool, GfpFlags flags, out PhysicalAddress bus,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.DmaPoolAlloc(_cpu, pool, flags, out bus, file, line, member);

    /// <summary>Gives a block back.</summary>
    public void DmaPoolFree(
        DmaPool pool, VirtualAddress block, PhysicalAddress bus,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.DmaPoolFree(_cpu, pool, block, bus, file, line, member);
}
