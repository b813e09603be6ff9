using System.Runtime.CompilerServices;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>The two allocations of scull that are not quanta, small enough to read their machine code.</summary>
/// <remarks>tests/inspect decodes what the JIT makes of them: a constant size is one load, a variable one shows the lookup.</remarks>
public static class ScullMemory
{
    /// <summary>Bytes of what scull keeps per open file: two counters of 8 bytes.</summary>
    internal const ulong FileRecordBytes = 16;

    /// <summary>kmalloc of a constant: the class is known when the code is compiled.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static VirtualAddress AllocateFileRecord(KernelContext kernel) => kernel.Kmalloc(FileRecordBytes, GfpFlags.Kernel);

    /// <summary>kmalloc of a size that a parameter decides: the class is looked up when the code runs.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static VirtualAddress AllocateSet(KernelContext kernel, ulong bytes) => kernel.Kmalloc(bytes, GfpFlags.Kernel);
}
