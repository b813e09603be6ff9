namespace MiniKernel.Hal.X86;

/// <summary>What a core sees of memory; the kernel's address space stands behind it.</summary>
public interface IX86Memory
{
    /// <summary>The stretch most accesses fall into (the direct map), readable and writable; an empty one when there is none.</summary>
    MemoryExtent Direct { get; }

    /// <summary>Finds the stretch around an address that may be used in that way.</summary>
    /// <returns>False when there is none: the access is a page fault.</returns>
    bool TryFind(ulong address, MemoryAccess access, out MemoryExtent extent);

    /// <summary>Hears of an access to bytes whose shadow says that they must not be touched.</summary>
    /// <param name="address">The first byte of the access.</param>
    /// <param name="bytes">How many are touched.</param>
    /// <param name="access">Reading or writing.</param>
    /// <param name="rip">The instruction.</param>
    /// <returns>True to let it happen all the same; false makes it a page fault.</returns>
    bool AllowPoisoned(ulong address, int bytes, MemoryAccess access, ulong rip);
}
