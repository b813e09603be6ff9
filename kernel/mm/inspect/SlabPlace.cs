using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>What a byte of a slab belongs to.</summary>
public enum SlabUse
{
    /// <summary>struct slab and its bufctl array, or the colour before it.</summary>
    Management,

    /// <summary>An object that somebody has.</summary>
    Allocated,

    /// <summary>An object on a CPU's stack.</summary>
    OnStack,

    /// <summary>An object in the array that all CPUs share.</summary>
    InSharedArray,

    /// <summary>An object in its slab's free chain.</summary>
    Free,

    /// <summary>What is left behind the last object.</summary>
    LeftOver,

    /// <summary>The slab's own fields contradict the page map: they were overwritten.</summary>
    Damaged,
}

/// <summary>An address in a slab.</summary>
/// <param name="Cache">The slab's cache.</param>
/// <param name="Slab">Address of its struct slab.</param>
/// <param name="Use">What the byte belongs to.</param>
/// <param name="Index">Which object; 0 when it is in none.</param>
/// <param name="Object">Address of the object; null when it is in none.</param>
/// <param name="Cpu">Whose stack it is on; -1 when on none.</param>
/// <param name="Above">Objects on that stack or array which are handed out before it.</param>
public sealed record SlabPlace(KmemCache Cache, VirtualAddress Slab, SlabUse Use, uint Index, VirtualAddress Object, int Cpu = -1, uint Above = 0);
