using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <content>HighMem pages, shown for a while.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>Shows a page until the matching <see cref="Kunmap"/>. May sleep: mappings are few.</summary>
    /// <returns>Its address: of the direct map for a page of low memory.</returns>
    public VirtualAddress Kmap(
        PageFrameNumber frame, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.Kmap(_cpu, frame, file, line, member);

    /// <summary>Shows it no longer.</summary>
    public void Kunmap(
        PageFrameNumber frame, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.Kunmap(_cpu, frame, file, line, member);

    /// <summary>Shows a page in one of this CPU's slots. Until <see cref="KunmapAtomic"/> the caller may not sleep.</summary>
    public VirtualAddress KmapAtomic(
        PageFrameNumber frame, KmapType type, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.KmapAtomic(_cpu, frame, type, file, line, member);

    /// <summary>Empties the slot; takes the address, not the page.</summary>
    public void KunmapAtomic(
        VirtualAddress p, KmapType type, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.KunmapAtomic(_cpu, p, type, file, line, member);
}
