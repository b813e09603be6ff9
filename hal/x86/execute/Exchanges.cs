using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>A read-modify-write under LOCK. On an operand in one piece it is atomic for all cores.</summary>
internal unsafe struct LockedBinary<TOperation, TWidth, TTo, TFrom>
    where TOperation : struct, IBinary where TWidth : struct, IWidth where TTo : struct, IOperand where TFrom : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);
        Place to = TTo.Find<TWidth>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        byte* host = TTo.Host(to, s);
        ulong b = TWidth.Load(TFrom.Host(from, s)), a, result;
        do
        {
            a = TWidth.Load(host);
            result = TOperation.Apply<TWidth>(s, a, b);
        }
        while (!Atomic.TryReplace<TWidth, TTo>(host, result, a, s, core));
        TOperation.SetFlags<TWidth>(s, a, b, result);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>The same for INC, DEC, NEG, NOT.</summary>
internal unsafe struct LockedUnary<TOperation, TWidth, TTo>
    where TOperation : struct, IUnary where TWidth : struct, IWidth where TTo : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place to = TTo.Find<TWidth>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        byte* host = TTo.Host(to, s);
        ulong a, result;
        do
        {
            a = TWidth.Load(host);
            result = TOperation.Apply(a);
        }
        while (!Atomic.TryReplace<TWidth, TTo>(host, result, a, s, core));
        TOperation.SetFlags<TWidth>(s, a, result);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>XCHG; with memory it is always locked.</summary>
internal unsafe struct Exchange<TWidth, TTo> where TWidth : struct, IWidth where TTo : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place to = TTo.Find<TWidth>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        byte* host = TTo.Host(to, s), register = CpuState.At(s, op->Source);
        ulong mine = TWidth.Load(register), theirs;
        do
        {
            theirs = TWidth.Load(host);
        }
        while (!Atomic.TryReplace<TWidth, TTo>(host, mine, theirs, s, core));
        TWidth.Write(register, theirs);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>XADD: the sum goes to the destination, what was there to the source register.</summary>
internal unsafe struct ExchangeAdd<TWidth, TTo> where TWidth : struct, IWidth where TTo : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place to = TTo.Find<TWidth>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        byte* host = TTo.Host(to, s), register = CpuState.At(s, op->Source);
        ulong b = TWidth.Load(register), a;
        do
        {
            a = TWidth.Load(host);
        }
        while (!Atomic.TryReplace<TWidth, TTo>(host, a + b, a, s, core));
        TWidth.Write(register, a);
        if (!TTo.CanMiss)
            TWidth.Write(host, a + b);                        // a register with itself keeps the sum
        Flags.Add<TWidth>(s, a, b, a + b);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>CMPXCHG. The destination is written in any case, so it must be writable; a register of 32 bits that stays as it is keeps its upper half.</summary>
internal unsafe struct CompareExchange<TWidth, TTo> where TWidth : struct, IWidth where TTo : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place to = TTo.Find<TWidth>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        byte* host = TTo.Host(to, s);
        ulong expected = TWidth.Load((byte*)s), replacement = TWidth.Load(CpuState.At(s, op->Source)), found;
        do
        {
            found = TWidth.Load(host);
        }
        while (found == expected && !Atomic.TryReplace<TWidth, TTo>(host, replacement, expected, s, core));
        if (found != expected)
            TWidth.Write((byte*)s, found);
        Flags.Subtract<TWidth>(s, expected, found, expected - found);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>CMPXCHG8B: EDX:EAX is compared, ECX:EBX is the new value, ZF tells.</summary>
internal unsafe struct CompareExchange8<TTo> where TTo : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place to = TTo.Find<Width64>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<Width64>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        byte* host = TTo.Host(to, s);
        ulong* eax = CpuState.Register(s, X86Register.Rax), edx = CpuState.Register(s, X86Register.Rdx);
        ulong expected = *edx << 32 | (uint)*eax;
        ulong replacement = s->Registers[(int)X86Register.Rcx] << 32 | (uint)s->Registers[(int)X86Register.Rbx], found;
        do
        {
            found = Width64.Load(host);
        }
        while (found == expected && !Atomic.TryReplace<Width64, TTo>(host, replacement, expected, s, core));
        if (found != expected)
        {
            *eax = (uint)found;
            *edx = found >> 32;
        }
        s->ZeroResult = found ^ expected;
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>Replacing an operand that nobody else may have changed.</summary>
internal static unsafe class Atomic
{
    /// <summary>Writes the operand if it still holds <paramref name="expected"/>.</summary>
    /// <remarks>An operand that is not aligned is written as ever: not every host has atomic operations for it.</remarks>
    public static bool TryReplace<TWidth, TTo>(byte* host, ulong value, ulong expected, CpuState* s, X86Core core)
        where TWidth : struct, IWidth where TTo : struct, IOperand
    {
        bool shared = TTo.CanMiss && ((ulong)host & (ulong)((TWidth.Bits / 8) - 1)) == 0;
        if (!shared)
            TTo.Store<TWidth>(host, value, s, core);
        else if (TWidth.CompareExchange(host, value, expected) == expected)
            TTo.Finish(host, s, core);
        else
            return false;
        return true;
    }
}
