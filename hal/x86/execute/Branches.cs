using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>JMP to a known address.</summary>
internal unsafe struct Jump : IHandler
{
    [MethodImpl(Handler.Joinable)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core) => Branch.Taken(op, s, core);
}

/// <summary>The end of a block that no branch ends.</summary>
internal unsafe struct Continue : IHandler
{
    [MethodImpl(Handler.Joinable)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core) => Branch.NotTaken(op, s, core);
}

/// <summary>Jcc.</summary>
internal unsafe struct JumpIf<TCondition> : IHandler where TCondition : struct, ICondition
{
    [MethodImpl(Handler.Joinable)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core) =>
        TCondition.Holds(s) ? Branch.Taken(op, s, core) : Branch.NotTaken(op, s, core);
}

/// <summary>CMP or TEST, and the Jcc behind it, in one: the condition comes from the operands.</summary>
internal unsafe struct CompareAndJump<TComparison, TWidth, TTo, TFrom, TCondition> : IHandler
    where TComparison : struct, IComparison where TWidth : struct, IWidth where TTo : struct, IOperand where TFrom : struct, IOperand where TCondition : struct, ICondition
{
    [MethodImpl(Handler.Joinable)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);
        Place to = TTo.Find<TWidth>(op, s, core, write: false);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        ulong a = TWidth.Load(TTo.Host(to, s)), b = TWidth.Load(TFrom.Host(from, s));
        TComparison.SetFlags<TWidth>(s, a, b);
        return TComparison.Holds<TCondition, TWidth>(a, b) ? Branch.Taken(op, s, core) : Branch.NotTaken(op, s, core);
    }
}

/// <summary>What may stand before a Jcc.</summary>
internal unsafe interface IComparison
{
    static abstract void SetFlags<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth;
    static abstract bool Holds<TCondition, TWidth>(ulong a, ulong b) where TCondition : struct, ICondition where TWidth : struct, IWidth;
}

internal unsafe struct CompareFirst : IComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => Flags.Subtract<TWidth>(s, a, b, a - b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds<TCondition, TWidth>(ulong a, ulong b) where TCondition : struct, ICondition where TWidth : struct, IWidth => TCondition.HoldsAfterCompare<TWidth>(a, b);
}

internal unsafe struct TestFirst : IComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetFlags<TWidth>(CpuState* s, ulong a, ulong b) where TWidth : struct, IWidth => Flags.Logic<TWidth>(s, a & b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds<TCondition, TWidth>(ulong a, ulong b) where TCondition : struct, ICondition where TWidth : struct, IWidth => TCondition.HoldsAfterTest(TWidth.Signed(a & b));
}

/// <summary>JCXZ, JECXZ, JRCXZ.</summary>
internal unsafe struct JumpIfCounterZero<TWidth> where TWidth : struct, IWidth
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core) =>
        TWidth.Unsigned(s->Registers[(int)X86Register.Rcx]) == 0 ? Branch.Taken(op, s, core) : Branch.NotTaken(op, s, core);
}

/// <summary>LOOP: counts down without touching the flags.</summary>
internal unsafe struct Loop<TWidth> where TWidth : struct, IWidth
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        ulong* counter = CpuState.Register(s, X86Register.Rcx);
        TWidth.Write((byte*)counter, *counter - 1);
        return TWidth.Unsigned(*counter) != 0 ? Branch.Taken(op, s, core) : Branch.NotTaken(op, s, core);
    }
}

/// <summary>JMP to where an operand says.</summary>
internal unsafe struct JumpIndirect<TWidth, TFrom> where TWidth : struct, IWidth where TFrom : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);

        ulong target = TWidth.Load(TFrom.Host(from, s));
        if (!Branch.IsCanonical<TWidth>(target))
            return core.Fault(op, X86Vector.GeneralProtection);
        return Branch.To(target, s, core);
    }
}

/// <summary>CALL of a known address. A push that faults leaves everything as it was.</summary>
internal unsafe struct Call<TStack, TTo> : IHandler where TStack : struct, IWidth where TTo : struct, IOperand
{
    [MethodImpl(Handler.Joinable)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place to = TTo.Find<TStack>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TStack>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        TTo.Store<TStack>(TTo.Host(to, s), MicroOp.ExitsOf(op)->NextRip, s, core);
        StackPointer.Move<TStack>(s, -(TStack.Bits / 8));
        return Branch.Taken(op, s, core);
    }
}

/// <summary>CALL of where an operand says.</summary>
internal unsafe struct CallIndirect<TStack, TTo, TFrom> where TStack : struct, IWidth where TTo : struct, IOperand where TFrom : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TStack>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TStack>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);
        Place to = TTo.Find<TStack>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TStack>(to, s))
            return TTo.IsPatient ? null : op->Patient(op, s, core);

        ulong target = TStack.Load(TFrom.Host(from, s));
        if (!Branch.IsCanonical<TStack>(target))
            return core.Fault(op, X86Vector.GeneralProtection);
        TTo.Store<TStack>(TTo.Host(to, s), MicroOp.ExitsOf(op)->NextRip, s, core);
        StackPointer.Move<TStack>(s, -(TStack.Bits / 8));
        return Branch.To(target, s, core);
    }
}

/// <summary>RET, RET n.</summary>
internal unsafe struct Return<TStack, TFrom> : IHandler where TStack : struct, IWidth where TFrom : struct, IOperand
{
    [MethodImpl(Handler.Joinable)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TStack>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TStack>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);

        ulong target = TStack.Load(TFrom.Host(from, s));
        if (!Branch.IsCanonical<TStack>(target))
            return core.Fault(op, X86Vector.GeneralProtection);
        StackPointer.Move<TStack>(s, (TStack.Bits / 8) + (long)op->Immediate);
        return Branch.To(target, s, core);
    }
}

/// <summary>Finding the block a branch goes to.</summary>
internal static unsafe class Branch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block* Taken(MicroOp* op, CpuState* s, X86Core core)
    {
        Block* block = MicroOp.ExitsOf(op)->Taken;
        return block == null ? core.LinkTaken(MicroOp.ExitsOf(op)) : Enter(block, s, core);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block* NotTaken(MicroOp* op, CpuState* s, X86Core core)
    {
        Block* block = MicroOp.ExitsOf(op)->Next;
        return block == null ? core.LinkNext(MicroOp.ExitsOf(op)) : Enter(block, s, core);
    }

    /// <summary>A branch to an address that is none faults before anything has changed: bits 63 to 47 must be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCanonical<TWidth>(ulong target) where TWidth : struct, IWidth =>
        TWidth.Bits == 32 || (long)(target << 16) >> 16 == (long)target;

    /// <summary>A way out that is worked out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block* To(ulong rip, CpuState* s, X86Core core)
    {
        JumpTarget* entry = s->Jumps + JumpTarget.IndexOf(rip);
        return entry->Rip == rip ? Enter(entry->Block, s, core) : core.Find(rip);
    }

    /// <summary>Goes on with a block, which the stride pays for; where it does not, the block goes back to the core.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block* Enter(Block* block, CpuState* s, X86Core core)
    {
        long left = s->Stride - block->Count;
        if (left < 0)
            return block;
        s->Stride = left;
        s->Current = block;
        MicroOp* first = Block.First(block);
        return first->Execute(first, s, core);
    }
}
