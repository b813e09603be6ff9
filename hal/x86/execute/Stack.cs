using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>PUSH. A store that faults leaves the stack pointer as it was.</summary>
/// <remarks><typeparamref name="TStack"/> is the width of the stack pointer.</remarks>
internal unsafe struct Push<TStack, TWidth, TTo, TFrom> : IStep
    where TStack : struct, IWidth where TWidth : struct, IWidth where TTo : struct, IOperand where TFrom : struct, IOperand
{
    public static bool IsPatient
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TTo.IsPatient || TFrom.IsPatient;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return false;
        Place to = TTo.Find<TWidth>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return false;

        TTo.Store<TWidth>(TTo.Host(to, s), TWidth.Load(TFrom.Host(from, s)), s, core);
        StackPointer.Move<TStack>(s, -(TWidth.Bits / 8));
        return true;
    }
}

/// <summary>POP. The destination's address is worked out with the stack pointer as it is afterwards; POP to the stack pointer loads it.</summary>
internal unsafe struct Pop<TStack, TWidth, TTo, TFrom> : IStep
    where TStack : struct, IWidth where TWidth : struct, IWidth where TTo : struct, IOperand where TFrom : struct, IOperand
{
    public static bool IsPatient
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TTo.IsPatient || TFrom.IsPatient;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return false;
        Place to = TTo.Find<TWidth>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return false;

        ulong value = TWidth.Load(TFrom.Host(from, s));
        StackPointer.Move<TStack>(s, TWidth.Bits / 8);
        TTo.Store<TWidth>(TTo.Host(to, s), value, s, core);
        return true;
    }
}

/// <summary>LEAVE: the frame pointer becomes the stack pointer, and the caller's frame pointer is popped.</summary>
internal unsafe struct Leave<TStack, TFrom> : IStep where TStack : struct, IWidth where TFrom : struct, IOperand
{
    public static bool IsPatient => TFrom.IsPatient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TStack>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TStack>(from, s))
            return false;

        ulong frame = TStack.Load(TFrom.Host(from, s));
        TStack.Write((byte*)CpuState.Register(s, X86Register.Rsp), s->Registers[(int)X86Register.Rbp] + (ulong)(TStack.Bits / 8));
        TStack.Write((byte*)CpuState.Register(s, X86Register.Rbp), frame);
        return true;
    }
}

/// <summary>PUSHF.</summary>
internal unsafe struct PushFlags<TStack, TWidth, TTo> : IStep where TStack : struct, IWidth where TWidth : struct, IWidth where TTo : struct, IOperand
{
    public static bool IsPatient => TTo.IsPatient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDo(MicroOp* op, CpuState* s, X86Core core)
    {
        Place to = TTo.Find<TWidth>(op, s, core, write: true);
        if (TTo.CanMiss && TTo.Misses<TWidth>(to, s))
            return false;

        TTo.Store<TWidth>(TTo.Host(to, s), Flags.Get(s), s, core);
        StackPointer.Move<TStack>(s, -(TWidth.Bits / 8));
        return true;
    }
}

/// <summary>POPF. Ends a block: it may have let interrupts in.</summary>
internal unsafe struct PopFlags<TStack, TWidth, TFrom> where TStack : struct, IWidth where TWidth : struct, IWidth where TFrom : struct, IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        Place from = TFrom.Find<TWidth>(op, s, core, write: false);
        if (TFrom.CanMiss && TFrom.Misses<TWidth>(from, s))
            return TFrom.IsPatient ? null : op->Patient(op, s, core);

        ulong writable = TWidth.Unsigned(Rflags.Writable);
        ulong flags = (TWidth.Load(TFrom.Host(from, s)) & writable) | (Flags.Get(s) & ~writable);
        if ((flags & ~s->SystemFlags & Rflags.Interrupt) != 0)
            CpuState.LeaveSoon(s);
        Flags.Put(s, flags);
        StackPointer.Move<TStack>(s, TWidth.Bits / 8);
        return Branch.NotTaken(op, s, core);
    }
}

/// <summary>The stack pointer's arithmetic.</summary>
internal static unsafe class StackPointer
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Move<TStack>(CpuState* s, long bytes) where TStack : struct, IWidth
    {
        ulong* rsp = CpuState.Register(s, X86Register.Rsp);
        TStack.Write((byte*)rsp, *rsp + (ulong)bytes);
    }
}
