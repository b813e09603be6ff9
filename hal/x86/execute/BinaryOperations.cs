using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>An operation on two operands: ADD and its family.</summary>
internal unsafe interface IBinary
{
    /// <summary>False for CMP, TEST and BT, which only set flags.</summary>
    static abstract bool Writes { get; }

    /// <summary>The result; bits above the width may be anything.</summary>
    static abstract ulong Apply<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth;

    /// <summary>The flags it leaves.</summary>
    static abstract void SetFlags<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth;
}

internal unsafe struct Add : IBinary
{
    public static bool Writes => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => a + b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth => Flags.Add<TWidth>(s, a, b, result);
}

internal unsafe struct AddWithCarry : IBinary
{
    public static bool Writes => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => a + b + Flags.CarryBit(s);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth => Flags.Add<TWidth>(s, a, b, result);
}

internal unsafe struct Subtract : IBinary
{
    public static bool Writes => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => a - b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth => Flags.Subtract<TWidth>(s, a, b, result);
}

internal unsafe struct SubtractWithBorrow : IBinary
{
    public static bool Writes => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => a - b - Flags.CarryBit(s);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth => Flags.Subtract<TWidth>(s, a, b, result);
}

internal unsafe struct Compare : IBinary
{
    public static bool Writes => false;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => a - b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth => Flags.Subtract<TWidth>(s, a, b, result);
}

internal unsafe struct And : IBinary
{
    public static bool Writes => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => a & b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth => Flags.Logic<TWidth>(s, result);
}

internal unsafe struct Or : IBinary
{
    public static bool Writes => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => a | b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth => Flags.Logic<TWidth>(s, result);
}

internal unsafe struct Xor : IBinary
{
    public static bool Writes => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => a ^ b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth => Flags.Logic<TWidth>(s, result);
}

internal unsafe struct Test : IBinary
{
    public static bool Writes => false;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => a & b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth => Flags.Logic<TWidth>(s, result);
}

/// <summary>IMUL with two operands: CF and OF say that the product did not fit. The other flags are undefined; AMD's CPUs leave them.</summary>
internal unsafe struct MultiplyTruncated : IBinary
{
    public static bool Writes => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => (ulong)(TWidth.Signed(a) * TWidth.Signed(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth
    {
        long high = Math.BigMul(TWidth.Signed(a), TWidth.Signed(b), out long low);
        bool lost = low != TWidth.Signed((ulong)low) || high != low >> 63;
        Flags.SetCarries(s, lost, lost);
    }
}
