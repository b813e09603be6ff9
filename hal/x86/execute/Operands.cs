using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>A kind of operand: where its bytes lie, and how a result gets there.</summary>
internal unsafe interface IOperand
{
    /// <summary>False: <see cref="Misses"/> need not be asked.</summary>
    static abstract bool CanMiss { get; }

    /// <summary>True: a miss is a fault that has been reported; false: the handler's patient form must have a go.</summary>
    static abstract bool IsPatient { get; }

    /// <summary>Looks for the operand.</summary>
    static abstract Place Find<TWidth>(MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth;

    /// <summary>True when it was not found.</summary>
    static abstract bool Misses<TWidth>(Place found, CpuState* s) where TWidth : struct, IWidth;

    /// <summary>Where it lies.</summary>
    static abstract byte* Host(Place found, CpuState* s);

    /// <summary>Writes it.</summary>
    static abstract void Store<TWidth>(byte* host, ulong value, CpuState* s, X86Core core) where TWidth : struct, IWidth;

    /// <summary>Must follow a write that <see cref="Store"/> did not do.</summary>
    static abstract void Finish(byte* host, CpuState* s, X86Core core);
}

/// <summary>The register the operation names as its destination.</summary>
internal unsafe struct ToRegister : IOperand
{
    public static bool CanMiss => false;
    public static bool IsPatient => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Place Find<TWidth>(MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth => Place.At(CpuState.At(s, op->Destination));

    public static bool Misses<TWidth>(Place found, CpuState* s) where TWidth : struct, IWidth => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Host(Place found, CpuState* s) => found.Host;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TWidth>(byte* host, ulong value, CpuState* s, X86Core core) where TWidth : struct, IWidth => TWidth.Write(host, value);

    public static void Finish(byte* host, CpuState* s, X86Core core)
    {
    }
}

/// <summary>The register the operation names as its source.</summary>
internal unsafe struct FromRegister : IOperand
{
    public static bool CanMiss => false;
    public static bool IsPatient => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Place Find<TWidth>(MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth => Place.At(CpuState.At(s, op->Source));

    public static bool Misses<TWidth>(Place found, CpuState* s) where TWidth : struct, IWidth => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Host(Place found, CpuState* s) => found.Host;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TWidth>(byte* host, ulong value, CpuState* s, X86Core core) where TWidth : struct, IWidth => TWidth.Write(host, value);

    public static void Finish(byte* host, CpuState* s, X86Core core)
    {
    }
}

/// <summary>A constant: it lies in the operation itself.</summary>
internal unsafe struct Constant : IOperand
{
    public static bool CanMiss => false;
    public static bool IsPatient => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Place Find<TWidth>(MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth => Place.At(&op->Immediate);

    public static bool Misses<TWidth>(Place found, CpuState* s) where TWidth : struct, IWidth => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Host(Place found, CpuState* s) => found.Host;

    public static void Store<TWidth>(byte* host, ulong value, CpuState* s, X86Core core) where TWidth : struct, IWidth
    {
    }

    public static void Finish(byte* host, CpuState* s, X86Core core)
    {
    }
}

/// <summary>Bytes in memory.</summary>
internal unsafe struct InMemory<TAddress, TReach> : IOperand where TAddress : struct, IAddress where TReach : struct, IReach
{
    public static bool CanMiss => true;
    public static bool IsPatient => TReach.IsPatient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Place Find<TWidth>(MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth =>
        TReach.Find<TWidth>(TAddress.Of(op, s, 0), op, s, core, write);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Misses<TWidth>(Place found, CpuState* s) where TWidth : struct, IWidth => TReach.Misses<TWidth>(found, s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Host(Place found, CpuState* s) => TReach.Host(found, s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TWidth>(byte* host, ulong value, CpuState* s, X86Core core) where TWidth : struct, IWidth
    {
        TWidth.Store(host, value);
        TReach.Finish(host, s, core);
    }

    public static void Finish(byte* host, CpuState* s, X86Core core) => TReach.Finish(host, s, core);
}

/// <summary>The word of a bit string in memory that holds the bit the source register names: BT m, r reaches beyond its operand.</summary>
internal unsafe struct InBitString<TAddress, TReach> : IOperand where TAddress : struct, IAddress where TReach : struct, IReach
{
    public static bool CanMiss => true;
    public static bool IsPatient => TReach.IsPatient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Place Find<TWidth>(MicroOp* op, CpuState* s, X86Core core, bool write) where TWidth : struct, IWidth
    {
        long bit = TWidth.Signed(CpuState.Read(s, op->Source));
        long bytes = (bit & -TWidth.Bits) >> 3;               // rounded down to a whole operand
        return TReach.Find<TWidth>(TAddress.Of(op, s, (ulong)bytes), op, s, core, write);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Misses<TWidth>(Place found, CpuState* s) where TWidth : struct, IWidth => TReach.Misses<TWidth>(found, s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Host(Place found, CpuState* s) => TReach.Host(found, s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TWidth>(byte* host, ulong value, CpuState* s, X86Core core) where TWidth : struct, IWidth
    {
        TWidth.Store(host, value);
        TReach.Finish(host, s, core);
    }

    public static void Finish(byte* host, CpuState* s, X86Core core) => TReach.Finish(host, s, core);
}
