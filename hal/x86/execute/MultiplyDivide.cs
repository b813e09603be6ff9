using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>MUL: the accumulator times an operand, twice as wide; CF and OF say that the upper half is in use.</summary>
internal unsafe struct MultiplyWide<TWidth, TFrom, TFlags> where TWidth : struct, IWidth where TFrom : struct, IOperand where TFlags : struct, IFlagUse
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);

        ulong high = Math.BigMul(TWidth.Load((byte*)s), TWidth.Load(TFrom.Host(from, s)), out ulong low);
        if (TWidth.Bits < 64)
            high = low >> TWidth.Bits;
        WideResult.Put<TWidth>(s, low, high);
        if (TFlags.Live)
            Flags.SetCarries(s, high != 0, high != 0);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>IMUL with one operand; CF and OF say that the upper half is more than a sign.</summary>
internal unsafe struct MultiplyWideSigned<TWidth, TFrom, TFlags> where TWidth : struct, IWidth where TFrom : struct, IOperand where TFlags : struct, IFlagUse
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);

        long high = Math.BigMul(TWidth.Signed(TWidth.Load((byte*)s)), TWidth.Signed(TWidth.Load(TFrom.Host(from, s))), out long low);
        if (TWidth.Bits < 64)
            high = low >> TWidth.Bits;
        WideResult.Put<TWidth>(s, (ulong)low, (ulong)high);
        bool lost = high != TWidth.Signed((ulong)low) >> 63;
        if (TFlags.Live)
            Flags.SetCarries(s, lost, lost);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>DIV: the flags are undefined; they stay.</summary>
internal unsafe struct Divide<TWidth, TFrom> where TWidth : struct, IWidth where TFrom : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);

        if (!WideResult.TryDivide<TWidth>(s, TWidth.Load(TFrom.Host(from, s))))
            return core.Fault(op, X86Vector.DivideError);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>IDIV: the quotient goes towards zero, the remainder has the dividend's sign.</summary>
internal unsafe struct DivideSigned<TWidth, TFrom> where TWidth : struct, IWidth where TFrom : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);

        if (!WideResult.TryDivideSigned<TWidth>(s, TWidth.Signed(TWidth.Load(TFrom.Host(from, s)))))
            return core.Fault(op, X86Vector.DivideError);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>The pair of registers that multiplication and division use: RDX:RAX and its narrower forms, AX for bytes.</summary>
internal static unsafe class WideResult
{
    /// <summary>Writes a product, or remainder and quotient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<TWidth>(CpuState* s, ulong low, ulong high) where TWidth : struct, IWidth
    {
        TWidth.Write((byte*)s, low);
        if (TWidth.Bits == 8)
            ((byte*)s)[1] = (byte)high;                       // AH
        else
            TWidth.Write((byte*)CpuState.Register(s, X86Register.Rdx), high);
    }

    /// <returns>False for a division by zero or a quotient that does not fit.</returns>
    public static bool TryDivide<TWidth>(CpuState* s, ulong divisor) where TWidth : struct, IWidth
    {
        ulong high = High<TWidth>(s), low = TWidth.Load((byte*)s);
        if (high >= divisor)                                  // also when the divisor is 0
            return false;
        if (TWidth.Bits < 64 || high == 0)
        {
            ulong narrow = TWidth.Bits < 64 ? (high << TWidth.Bits) | low : low;
            (ulong quotient, ulong remainder) = Math.DivRem(narrow, divisor);
            Put<TWidth>(s, quotient, remainder);
        }
        else
        {
            var dividend = new UInt128(high, low);
            Put<TWidth>(s, (ulong)(dividend / divisor), (ulong)(dividend % divisor));
        }
        return true;
    }

    /// <returns>False for a division by zero or a quotient that does not fit.</returns>
    public static bool TryDivideSigned<TWidth>(CpuState* s, long divisor) where TWidth : struct, IWidth
    {
        if (divisor == 0)
            return false;
        long high = TWidth.Signed(High<TWidth>(s));
        ulong low = TWidth.Load((byte*)s);
        if (divisor != -1 && (TWidth.Bits < 64 || high == (long)low >> 63))
        {
            long dividend = TWidth.Bits < 64 ? (high << TWidth.Bits) | (long)low : (long)low;
            (long quotient, long remainder) = Math.DivRem(dividend, divisor);
            return TryPut<TWidth>(s, quotient, remainder);
        }
        Int128 wide = ((Int128)high << TWidth.Bits) | (Int128)low, wideQuotient = wide / divisor;
        return wideQuotient == (long)wideQuotient && TryPut<TWidth>(s, (long)wideQuotient, (long)(wide - (wideQuotient * divisor)));
    }

    private static bool TryPut<TWidth>(CpuState* s, long quotient, long remainder) where TWidth : struct, IWidth
    {
        if (quotient != TWidth.Signed((ulong)quotient))
            return false;
        Put<TWidth>(s, (ulong)quotient, (ulong)remainder);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong High<TWidth>(CpuState* s) where TWidth : struct, IWidth =>
        TWidth.Bits == 8 ? ((byte*)s)[1] : TWidth.Load((byte*)CpuState.Register(s, X86Register.Rdx));
}
