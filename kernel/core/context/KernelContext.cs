using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>The kernel as a driver sees it: every call it may make, on the CPU it runs on.</summary>
/// <remarks>
/// The explicit form of Linux's <c>current</c>: a kernel and a CPU, handed to each function of a driver and never stored.
/// Allocation calls try mm's inlined fast path first; the call site (file, line, member) is filled in by the compiler and
/// used on the slow branch alone, so that kmalloc of a constant is one load, one test, one pop.
/// </remarks>
[DriverSurface]
public readonly ref partial struct KernelContext
{
    private readonly Kernel _kernel;
    private readonly MmCpu _cpu;

    internal KernelContext(Kernel kernel, MmCpu cpu)
    {
        _kernel = kernel;
        _cpu = cpu;
    }

    /// <summary>The CPU.</summary>
    internal CpuState State => _kernel.Cpu(_cpu);

    /// <summary>What runs C modules; null on a machine that runs none.</summary>
    internal CRuntime? Runtime => _kernel.C;

    /// <summary>smp_processor_id().</summary>
    public int ProcessorId => _cpu.Id;

    /// <summary>PAGE_SIZE.</summary>
    public ulong PageSize => (ulong)_kernel.Machine.Profile.PageSize;

    /// <summary>sizeof(void *).</summary>
    public int WordBytes => _kernel.Machine.Profile.WordBytes;

    /// <summary>Allocates <paramref name="size"/> bytes: an object of the smallest class that holds them.</summary>
    /// <returns>Null when there is no memory or no such class; <see cref="VirtualAddress.ZeroSizePointer"/> for size 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public VirtualAddress Kmalloc(
        ulong size, GfpFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _cpu.TryKmalloc(size, flags, out VirtualAddress p) ? p : _kernel.Memory.Kmalloc(_cpu, size, flags, file, line, member);

    /// <summary>Kmalloc, zeroed.</summary>
    public VirtualAddress Kzalloc(
        ulong size, GfpFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.Kmalloc(_cpu, size, flags | GfpFlags.Zero, file, line, member);

    /// <summary>An array of <paramref name="count"/> zeroed elements; null when the product does not fit size_t.</summary>
    public VirtualAddress Kcalloc(
        ulong count, ulong size, GfpFlags flags,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.Kcalloc(_cpu, count, size, flags, file, line, member);

    /// <summary>Makes an allocation hold at least <paramref name="size"/> bytes; moves it when its class is too small.</summary>
    /// <returns>Null when there is no memory: <paramref name="p"/> is untouched then.</returns>
    public VirtualAddress Krealloc(
        VirtualAddress p, ulong size, GfpFlags flags,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.Krealloc(_cpu, p, size, flags, file, line, member);

    /// <summary>Frees what kmalloc and its kin returned. Null and <see cref="VirtualAddress.ZeroSizePointer"/> are fine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Kfree(
        VirtualAddress p, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (!_cpu.TryKfree(p))
            _kernel.Memory.Kfree(_cpu, p, file, line, member);
    }

    /// <summary>Usable bytes of an allocation.</summary>
    public ulong Ksize(
        VirtualAddress p, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.Ksize(_cpu, p, file, line, member);
}
