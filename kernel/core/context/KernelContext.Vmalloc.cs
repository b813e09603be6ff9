using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <content>Memory in a row for the kernel, though its frames are not.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>Whole pages for <paramref name="size"/> bytes, HighMem first, behind them a guard page. May sleep.</summary>
    /// <returns>Null for size 0, no memory or no room.</returns>
    public VirtualAddress Vmalloc(
        ulong size, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.Vmalloc(_cpu, size, GfpFlags.Kernel | GfpFlags.HighMem, file, line, member);

    /// <summary>__vmalloc: the same with the flags its pages are taken with.</summary>
    public VirtualAddress Vmalloc(
        ulong size, GfpFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.Vmalloc(_cpu, size, flags, file, line, member);

    /// <summary>Vmalloc, zeroed.</summary>
    public VirtualAddress Vzalloc(
        ulong size, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.Vmalloc(_cpu, size, GfpFlags.Kernel | GfpFlags.HighMem | GfpFlags.Zero, file, line, member);

    /// <summary>Frees what vmalloc and its kin returned; null is fine.</summary>
    public void Vfree(
        VirtualAddress p, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.Vfree(_cpu, p, file, line, member);

    /// <summary>The frame behind an address of vmalloc; null when there is none.</summary>
    public PageFrameNumber? VmallocToPage(VirtualAddress p) => _kernel.Mm.VmallocToPage(p);
}
