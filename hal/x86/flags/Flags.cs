using System.Numerics;
using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>The arithmetic flags, kept as four words from which each flag can be read when somebody asks.</summary>
/// <remarks>
/// ZF: <c>ZeroResult</c> is 0. SF: <c>SignResult</c> is negative. PF: its low byte has an even number of ones.
/// <c>Carries</c> holds the carry out of each bit position, the operand's top bit at bit 63: CF is bit 63, OF says whether bits
/// 63 and 62 differ. AF is bit 4 of <c>Nibble</c>. The two results differ only after POPF and its like, which may ask for what no result gives.
/// </remarks>
internal static unsafe class Flags
{
    /// <summary>After a + b, with or without a carry in: a bit carries when two of a, b and "no sum bit" are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth =>
        Set<TWidth>(s, result, (a & b) | ((a | b) & ~result), a ^ b ^ result);

    /// <summary>After a - b, with or without a borrow in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Subtract<TWidth>(CpuState* s, ulong a, ulong b, ulong result) where TWidth : struct, IWidth =>
        Set<TWidth>(s, result, (~a & b) | ((~a | b) & result), a ^ b ^ result);

    /// <summary>After AND, OR, XOR, TEST: no carry, no overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Logic<TWidth>(CpuState* s, ulong result) where TWidth : struct, IWidth
    {
        SetResult<TWidth>(s, result);
        s->Carries = 0;
        s->Nibble = 0;
    }

    /// <summary>After an operation that works out carry and overflow by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set<TWidth>(CpuState* s, ulong result, bool carry, bool overflow) where TWidth : struct, IWidth
    {
        SetResult<TWidth>(s, result);
        SetCarries(s, carry, overflow);
        s->Nibble = 0;
    }

    /// <summary>ZF, SF and PF of a result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetResult<TWidth>(CpuState* s, ulong result) where TWidth : struct, IWidth =>
        s->ZeroResult = s->SignResult = (ulong)TWidth.Signed(result);

    /// <summary>CF and OF alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetCarries(CpuState* s, bool carry, bool overflow) =>
        s->Carries = (Bit(carry) << 63) | (Bit(carry ^ overflow) << 62);

    /// <summary>CF alone; OF stays.</summary>
    public static void SetCarry(CpuState* s, bool carry) => SetCarries(s, carry, Overflow(s));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Carry(CpuState* s) => (long)s->Carries < 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong CarryBit(CpuState* s) => s->Carries >> 63;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Overflow(CpuState* s) => (long)(s->Carries ^ (s->Carries << 1)) < 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Zero(CpuState* s) => s->ZeroResult == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Sign(CpuState* s) => (long)s->SignResult < 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Parity(CpuState* s) => HasEvenParity(s->SignResult);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasEvenParity(ulong result) => (BitOperations.PopCount(result & 0xff) & 1) == 0;

    /// <summary>All of RFLAGS.</summary>
    public static ulong Get(CpuState* s)
    {
        ulong flags = s->SystemFlags | CarryBit(s) | (s->Nibble & Rflags.Adjust);
        flags |= Parity(s) ? Rflags.Parity : 0;
        flags |= Zero(s) ? Rflags.Zero : 0;
        flags |= Sign(s) ? Rflags.Sign : 0;
        return flags | (Overflow(s) ? Rflags.Overflow : 0);
    }

    /// <summary>Takes all of RFLAGS apart.</summary>
    public static void Put(CpuState* s, ulong flags)
    {
        s->SystemFlags = (flags & ~Rflags.Arithmetic) | Rflags.Fixed;
        PutArithmetic(s, flags);
    }

    /// <summary>CF, PF, AF, ZF, SF and OF.</summary>
    public static void PutArithmetic(CpuState* s, ulong flags)
    {
        s->ZeroResult = Bit((flags & Rflags.Zero) == 0);
        s->SignResult = (Bit((flags & Rflags.Sign) != 0) << 63) | Bit((flags & Rflags.Parity) == 0);
        s->Nibble = flags & Rflags.Adjust;
        SetCarries(s, (flags & Rflags.Carry) != 0, (flags & Rflags.Overflow) != 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bit(bool value) => value ? 1UL : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Set<TWidth>(CpuState* s, ulong result, ulong carries, ulong nibble) where TWidth : struct, IWidth
    {
        SetResult<TWidth>(s, result);
        s->Carries = carries << (64 - TWidth.Bits);
        s->Nibble = nibble;
    }
}
