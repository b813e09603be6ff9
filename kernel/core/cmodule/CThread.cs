using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>A core and a stack: what one task, with the interrupts on top of it, runs C code on.</summary>
/// <param name="core">The registers.</param>
/// <param name="memory">What the stack lies in.</param>
/// <param name="bytes">Its size; on a machine with an MMU the page below is mapped to nothing.</param>
/// <param name="closed">Bytes at its beginning that are no stack but its end, where nothing else ends it.</param>
internal sealed class CThread(ICpuCore core, VirtualAddress memory, ulong bytes, ulong closed) : IDisposable
{
    /// <summary>The registers.</summary>
    public ICpuCore Core => core;

    /// <summary>What the stack lies in.</summary>
    public VirtualAddress Memory => memory;

    /// <summary>The lowest byte of the stack.</summary>
    public VirtualAddress Stack => memory + closed;

    /// <summary>First byte behind the stack.</summary>
    public ulong StackTop => memory.Value + bytes;

    /// <summary>What the kernel's work for its code counts for, in instructions; not subtracted from the budget yet.</summary>
    public long Charged { get; set; }

    /// <summary>True when an address is in the page below the stack, which whoever needs more stack than there is hits.</summary>
    public bool IsBelowStack(ulong address, ulong pageSize) => address < Stack.Value && Stack.Value - address <= pageSize;

    public void Dispose() => core.Dispose();
}
