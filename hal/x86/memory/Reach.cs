using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>How a handler gets at memory. Each handler with a memory operand is compiled in a hasty form, which knows the direct
/// map only and calls nothing, and in a patient one, which the hasty one jumps to when it has missed.</summary>
internal unsafe interface IReach
{
    static abstract bool IsPatient { get; }

    /// <summary>Looks for an operand.</summary>
    /// <returns>Something for the other two.</returns>
    static abstract ulong Find<TWidth>(ulong address, MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth;

    /// <summary>True when it was not found; a patient form has reported the fault then.</summary>
    static abstract bool Misses<TWidth>(ulong found, CpuState* s) where TWidth : struct, IWidth;

    /// <summary>Where it lies.</summary>
    static abstract byte* Host(ulong found, CpuState* s);

    /// <summary>Must follow a write.</summary>
    static abstract void Finish(byte* host, CpuState* s, X86Core core);
}

/// <summary>The direct map, unchecked but for its ends.</summary>
internal unsafe struct Hasty : IReach
{
    public static bool IsPatient => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Find<TWidth>(ulong address, MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth => address - s->Direct.Start;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Misses<TWidth>(ulong found, CpuState* s) where TWidth : struct, IWidth => found >= s->Direct.Limit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Host(ulong found, CpuState* s) => s->Direct.Host + found;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(byte* host, CpuState* s, X86Core core)
    {
    }
}

/// <summary>The direct map with a shadow byte for each byte.</summary>
internal unsafe struct HastyShadowed : IReach
{
    public static bool IsPatient => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Find<TWidth>(ulong address, MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth => address - s->Direct.Start;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Misses<TWidth>(ulong found, CpuState* s) where TWidth : struct, IWidth =>
        found >= s->Direct.Limit || TWidth.Load(s->Direct.Shadow + found) != TWidth.Unsigned(Window.Open);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Host(ulong found, CpuState* s) => s->Direct.Host + found;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(byte* host, CpuState* s, X86Core core)
    {
    }
}

/// <summary>All of memory, with faults, shadow reports and operands that lie across two stretches.</summary>
internal unsafe struct Patient : IReach
{
    public static bool IsPatient => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Find<TWidth>(ulong address, MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth =>
        (ulong)core.Locate(address, TWidth.Bits / 8, write, op);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Misses<TWidth>(ulong found, CpuState* s) where TWidth : struct, IWidth => found == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Host(ulong found, CpuState* s) => (byte*)found;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(byte* host, CpuState* s, X86Core core)
    {
        if (host == (byte*)&s->WriteCopy)
            core.FinishSplitWrite();
    }
}
