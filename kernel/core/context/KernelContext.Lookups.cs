using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <content>kmalloc with the lookup of variable sizes named: for those who compare them.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>Kmalloc of a size known at run time only, its class found in the way <typeparamref name="TLookup"/> names.</summary>
    /// <returns>As <see cref="Kmalloc"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public VirtualAddress Kmalloc<TLookup>(
        ulong size, GfpFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        where TLookup : struct, IKmallocLookup
        => _cpu.TryKmalloc<TLookup>(size, flags, out VirtualAddress p) ? p : _kernel.Memory.Kmalloc(_cpu, size, flags, file, line, member);
}
