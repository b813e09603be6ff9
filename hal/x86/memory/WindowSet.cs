using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>Windows on a few stretches of memory, each in the place its address gives it: a translation buffer.</summary>
[InlineArray(Entries)]
internal unsafe struct WindowSet
{
    public const int Entries = 4;
    private const int PageShift = 12;                         // neighbouring pages do not drive each other out
    private Window _first;

    /// <summary>The window for an address, whether or not it is open there.</summary>
    public static Window* Of(WindowSet* set, ulong address) => (Window*)set + ((address >> PageShift) % Entries);
}
