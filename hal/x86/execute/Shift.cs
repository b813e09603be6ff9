using System.Numerics;
using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>A shift or rotation.</summary>
internal unsafe interface IShift
{
    /// <summary>Shifts and leaves the flags.</summary>
    /// <param name="s">Where the flags are.</param>
    /// <param name="a">What to shift.</param>
    /// <param name="count">1 to 63 (64 bits wide) or 31: more than the width for 8 and 16 bits.</param>
    static abstract ulong Apply<TWidth, TFlags>(CpuState* s, ulong a, int count) where TWidth : struct, IWidth where TFlags : struct, IFlagUse;
}

/// <summary>a = a SHIFTED BY count. A count of 0 changes no flag, but 32 bits still clear the upper half.</summary>
internal unsafe struct Shift<TOperation, TWidth, TTo, TCount, TFlags> : IStep
    where TOperation : struct, IShift where TWidth : struct, IWidth where TTo : struct, IOperand where TCount : struct, IOperand where TFlags : struct, IFlagUse
{
    public static bool IsPatient => TTo.IsPatient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        Place to = TTo.Find<TWidth>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return false;

        byte* host = TTo.Host(to, s);
        ulong a = TWidth.Load(host);
        int count = (int)Width8.Load(TCount.Host(TCount.Find<Width8>(op, s, core, write: false), s)) & (TWidth.Bits == 64 ? 63 : 31);
        ulong result = count == 0 ? a : TOperation.Apply<TWidth, TFlags>(s, a, count);
        TTo.Store<TWidth>(host, result, s, core);
        return true;
    }
}

internal unsafe struct ShiftLeft : IShift
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth, TFlags>(CpuState* s, ulong a, int count) where TWidth : struct, IWidth where TFlags : struct, IFlagUse
    {
        ulong result = a << count;
        if (TFlags.Live)
        {
            bool carry = count <= TWidth.Bits && (a >> (TWidth.Bits - count) & 1) != 0;
            Flags.Set<TWidth>(s, result, carry, carry ^ (TWidth.Signed(result) < 0));
        }
        return result;
    }
}

internal unsafe struct ShiftRight : IShift
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth, TFlags>(CpuState* s, ulong a, int count) where TWidth : struct, IWidth where TFlags : struct, IFlagUse
    {
        ulong result = a >> count;
        if (TFlags.Live)
            Flags.Set<TWidth>(s, result, (a >> (count - 1) & 1) != 0, TWidth.Signed(a) < 0);
        return result;
    }
}

/// <summary>SAR: what is shifted in is the sign.</summary>
internal unsafe struct ShiftRightSigned : IShift
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth, TFlags>(CpuState* s, ulong a, int count) where TWidth : struct, IWidth where TFlags : struct, IFlagUse
    {
        long signed = TWidth.Signed(a);
        ulong result = (ulong)(signed >> count);
        if (TFlags.Live)
            Flags.Set<TWidth>(s, result, (signed >> (count - 1) & 1) != 0, false);
        return result;
    }
}

/// <summary>ROL changes CF and OF only.</summary>
internal unsafe struct RotateLeft : IShift
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth, TFlags>(CpuState* s, ulong a, int count) where TWidth : struct, IWidth where TFlags : struct, IFlagUse
    {
        ulong result = Rotation.Left<TWidth>(a, count);
        if (TFlags.Live)
        {
            bool carry = (result & 1) != 0;
            Flags.SetCarries(s, carry, carry ^ (TWidth.Signed(result) < 0));
        }
        return result;
    }
}

/// <summary>ROR changes CF and OF only.</summary>
internal unsafe struct RotateRight : IShift
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth, TFlags>(CpuState* s, ulong a, int count) where TWidth : struct, IWidth where TFlags : struct, IFlagUse
    {
        ulong result = Rotation.Left<TWidth>(a, -count);
        if (TFlags.Live)
        {
            bool carry = TWidth.Signed(result) < 0;
            Flags.SetCarries(s, carry, carry ^ (TWidth.Signed(result << 1) < 0));
        }
        return result;
    }
}

/// <summary>Rotation within a width.</summary>
internal static class Rotation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Left<TWidth>(ulong a, int count) where TWidth : struct, IWidth
    {
        if (TWidth.Bits == 64)
            return BitOperations.RotateLeft(a, count);
        if (TWidth.Bits == 32)
            return BitOperations.RotateLeft((uint)a, count);
        int by = count & (TWidth.Bits - 1);
        return (a << by) | (a >> (TWidth.Bits - by));         // by 0: a | 0, for a has no bits above its width
    }
}

/// <summary>RCL: through the carry, bit by bit.</summary>
internal unsafe struct RotateLeftThroughCarry : IShift
{
    public static ulong Apply<TWidth, TFlags>(CpuState* s, ulong a, int count) where TWidth : struct, IWidth where TFlags : struct, IFlagUse
    {
        bool carry = Flags.Carry(s);
        for (int i = count % (TWidth.Bits + 1); i > 0; i--)
        {
            bool next = TWidth.Signed(a) < 0;
            a = (a << 1) | Flags.Bit(carry);
            carry = next;
        }
        Flags.SetCarries(s, carry, carry ^ (TWidth.Signed(a) < 0));
        return TWidth.Unsigned(a);
    }
}

/// <summary>RCR: through the carry, bit by bit.</summary>
internal unsafe struct RotateRightThroughCarry : IShift
{
    public static ulong Apply<TWidth, TFlags>(CpuState* s, ulong a, int count) where TWidth : struct, IWidth where TFlags : struct, IFlagUse
    {
        bool carry = Flags.Carry(s);
        for (int i = count % (TWidth.Bits + 1); i > 0; i--)
        {
            bool next = (a & 1) != 0;
            a = (a >> 1) | (Flags.Bit(carry) << (TWidth.Bits - 1));
            carry = next;
        }
        Flags.SetCarries(s, carry, (TWidth.Signed(a) < 0) ^ (TWidth.Signed(a << 1) < 0));
        return a;
    }
}
