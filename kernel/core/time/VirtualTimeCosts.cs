namespace MiniKernel.Core;

/// <summary>What calls cost in virtual time (design.md §3). Fixed, so that the same input gives the same times everywhere.</summary>
/// <remarks>Calls into memory management and loads and stores cost nothing.</remarks>
internal static class VirtualTimeCosts
{
    /// <summary>A kernel call that is not memory management's.</summary>
    public const ulong KernelCallNs = 100;

    /// <summary>A port or DMA register: an ISA bus cycle.</summary>
    public const ulong DeviceAccessNs = 1_000;
}
