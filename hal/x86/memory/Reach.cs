using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>How a handler gets at memory. Each handler with a memory operand is compiled in a hasty form, which knows one
/// window only and calls nothing, and in a patient one, which the hasty one jumps to when it has missed.</summary>
internal unsafe interface IReach
{
    static abstract bool IsPatient { get; }

    /// <summary>Looks for an operand.</summary>
    /// <returns>Something for the other members.</returns>
    static abstract Place Find<TWidth>(ulong address, MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth;

    /// <summary>True when it was not found; a patient form has reported the fault then.</summary>
    static abstract bool Misses<TWidth>(Place found, CpuState* s) where TWidth : struct, IWidth;

    /// <summary>Where it lies.</summary>
    static abstract byte* Host(Place found, CpuState* s);

    /// <summary>Must follow a write.</summary>
    static abstract void Finish(byte* host, CpuState* s, X86Core core);
}

/// <summary>The window this operation's operand was found in last, unchecked but for its ends.</summary>
internal unsafe struct Hasty : IReach
{
    public static bool IsPatient => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Place Find<TWidth>(ulong address, MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth => Place.In(op->WindowOf(s, write), address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Misses<TWidth>(Place found, CpuState* s) where TWidth : struct, IWidth => found.IsOutside;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Host(Place found, CpuState* s) => found.InWindow;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(byte* host, CpuState* s, X86Core core)
    {
    }
}

/// <summary>The same, with a shadow byte for each byte.</summary>
internal unsafe struct HastyShadowed : IReach
{
    public static bool IsPatient => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Place Find<TWidth>(ulong address, MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth => Place.In(op->WindowOf(s, write), address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Misses<TWidth>(Place found, CpuState* s) where TWidth : struct, IWidth =>
        found.IsOutside || TWidth.Load(found.Shadow) != TWidth.Unsigned(Window.Open);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Host(Place found, CpuState* s) => found.InWindow;

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
    public static Place Find<TWidth>(ulong address, MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth =>
        Place.At(core.Locate(address, TWidth.Bits / 8, write, op));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Misses<TWidth>(Place found, CpuState* s) where TWidth : struct, IWidth => found.Host == null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Host(Place found, CpuState* s) => found.Host;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish(byte* host, CpuState* s, X86Core core)
    {
        if (host == (byte*)&s->WriteCopy)
            core.FinishSplitWrite();
    }
}
