using System.Runtime.InteropServices;

namespace MiniKernel.Mm;

/// <summary>A CPU's stack of free objects: the part of struct array_cache that the fast path touches.</summary>
/// <remarks>Native and 64-byte aligned, so that the JIT needs no bounds check and no object header. Entries, kernel
/// virtual addresses, follow the header. A watched, absent, debugged or destroyed cache shows an empty one.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ObjectStack
{
    /// <summary>Objects on the stack.</summary>
    public uint Available;

    /// <summary>Objects it can hold.</summary>
    public uint Limit;

    /// <summary>Objects moved at a time.</summary>
    public uint BatchCount;

    /// <summary>1 after an allocation since the last reap.</summary>
    public uint Touched;

    /// <summary>The entries of <paramref name="stack"/>.</summary>
    public static ulong* Entries(ObjectStack* stack) => (ulong*)(stack + 1);
}
