using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>An operation on one operand.</summary>
internal unsafe interface IUnary
{
    /// <summary>The result; bits above the width may be anything.</summary>
    static abstract ulong Apply(ulong a);

    /// <summary>The flags it leaves.</summary>
    static abstract void SetFlags<TWidth>(CpuState* s, ulong a, ulong result) where TWidth : struct, IWidth;
}

/// <summary>a = OP a.</summary>
internal unsafe struct Unary<TOperation, TWidth, TTo, TFlags> : IStep
    where TOperation : struct, IUnary where TWidth : struct, IWidth where TTo : struct, IOperand where TFlags : struct, IFlagUse
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
        ulong result = TOperation.Apply(a);
        TTo.Store<TWidth>(host, result, s, core);
        if (TFlags.Live)
            TOperation.SetFlags<TWidth>(s, a, result);
        return true;
    }
}

/// <summary>INC: ADD 1 that leaves CF.</summary>
internal unsafe struct Increment : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply(ulong a) => a + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong result) where TWidth : struct, IWidth
    {
        bool carry = Flags.Carry(s);
        Flags.Add<TWidth>(s, a, 1, result);
        Flags.SetCarry(s, carry);
    }
}

/// <summary>DEC: SUB 1 that leaves CF.</summary>
internal unsafe struct Decrement : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply(ulong a) => a - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong result) where TWidth : struct, IWidth
    {
        bool carry = Flags.Carry(s);
        Flags.Subtract<TWidth>(s, a, 1, result);
        Flags.SetCarry(s, carry);
    }
}

internal unsafe struct Negate : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply(ulong a) => 0 - a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong result) where TWidth : struct, IWidth => Flags.Subtract<TWidth>(s, 0, a, result);
}

/// <summary>NOT leaves the flags alone.</summary>
internal unsafe struct Complement : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Apply(ulong a) => ~a;

    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong result) where TWidth : struct, IWidth
    {
    }
}
