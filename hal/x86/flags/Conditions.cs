using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>A condition of Jcc, SETcc and CMOVcc.</summary>
internal unsafe interface ICondition
{
    /// <summary>By the flags.</summary>
    static abstract bool Holds(CpuState* s);

    /// <summary>As it would hold after CMP a, b: two operands of that width, zero-extended.</summary>
    static abstract bool HoldsAfterCompare<TWidth>(ulong a, ulong b) where TWidth : struct, IWidth;

    /// <summary>As it would hold after TEST with that result, sign-extended.</summary>
    static abstract bool HoldsAfterTest(long result);
}

/// <summary>The odd-numbered conditions are the even ones turned round.</summary>
internal unsafe struct Not<TCondition> : ICondition where TCondition : struct, ICondition
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(CpuState* s) => !TCondition.Holds(s);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterCompare<TWidth>(ulong a, ulong b) where TWidth : struct, IWidth => !TCondition.HoldsAfterCompare<TWidth>(a, b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterTest(long result) => !TCondition.HoldsAfterTest(result);
}

/// <summary>OF.</summary>
internal unsafe struct IfOverflow : ICondition
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(CpuState* s) => Flags.Overflow(s);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterCompare<TWidth>(ulong a, ulong b) where TWidth : struct, IWidth => TWidth.Signed((a ^ b) & (a ^ (a - b))) < 0;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterTest(long result) => false;
}

/// <summary>CF: below, as unsigned numbers.</summary>
internal unsafe struct IfBelow : ICondition
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(CpuState* s) => Flags.Carry(s);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterCompare<TWidth>(ulong a, ulong b) where TWidth : struct, IWidth => a < b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterTest(long result) => false;
}

/// <summary>ZF: equal.</summary>
internal unsafe struct IfEqual : ICondition
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(CpuState* s) => Flags.Zero(s);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterCompare<TWidth>(ulong a, ulong b) where TWidth : struct, IWidth => a == b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterTest(long result) => result == 0;
}

/// <summary>CF or ZF: below or equal.</summary>
internal unsafe struct IfBelowOrEqual : ICondition
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(CpuState* s) => Flags.Carry(s) || Flags.Zero(s);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterCompare<TWidth>(ulong a, ulong b) where TWidth : struct, IWidth => a <= b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterTest(long result) => result == 0;
}

/// <summary>SF.</summary>
internal unsafe struct IfSign : ICondition
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(CpuState* s) => Flags.Sign(s);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterCompare<TWidth>(ulong a, ulong b) where TWidth : struct, IWidth => TWidth.Signed(a - b) < 0;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterTest(long result) => result < 0;
}

/// <summary>PF.</summary>
internal unsafe struct IfParity : ICondition
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(CpuState* s) => Flags.Parity(s);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterCompare<TWidth>(ulong a, ulong b) where TWidth : struct, IWidth => Flags.HasEvenParity(a - b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterTest(long result) => Flags.HasEvenParity((ulong)result);
}

/// <summary>SF differs from OF: less, as signed numbers.</summary>
internal unsafe struct IfLess : ICondition
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(CpuState* s) => (long)(s->SignResult ^ s->Carries ^ (s->Carries << 1)) < 0;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterCompare<TWidth>(ulong a, ulong b) where TWidth : struct, IWidth => TWidth.Signed(a) < TWidth.Signed(b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterTest(long result) => result < 0;
}

/// <summary>Less or equal, as signed numbers.</summary>
internal unsafe struct IfLessOrEqual : ICondition
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(CpuState* s) => Flags.Zero(s) || IfLess.Holds(s);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterCompare<TWidth>(ulong a, ulong b) where TWidth : struct, IWidth => TWidth.Signed(a) <= TWidth.Signed(b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HoldsAfterTest(long result) => result <= 0;
}
