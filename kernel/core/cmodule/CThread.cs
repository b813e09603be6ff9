using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>A core and a stack: what one task, with the interrupts on top of it, runs C code on.</summary>
/// <param name="core">The registers.</param>
/// <param name="stack">The lowest byte of the stack.</param>
/// <param name="stackBytes">Its size; on a machine with an MMU the page below is mapped to nothing.</param>
internal sealed class CThread(ICpuCore core, VirtualAddress stack, ulong stackBytes) : IDisposable
{
    /// <summary>The registers.</summary>
    public ICpuCore Core => core;

    /// <summary>The lowest byte of the stack.</summary>
    public VirtualAddress Stack => stack;

    /// <summary>First byte behind the stack.</summary>
    public ulong StackTop => stack.Value + stackBytes;

    /// <summary>True when an address is in the page below the stack, which whoever needs more stack than there is hits.</summary>
    public bool IsBelowStack(ulong address, ulong pageSize) => address < stack.Value && stack.Value - address <= pageSize;

    public void Dispose() => core.Dispose();
}
