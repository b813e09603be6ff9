using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>What an operation's function pointer leads to.</summary>
internal unsafe interface IHandler
{
    /// <summary>Does the operation's work, and that of all behind it.</summary>
    /// <returns>The block that follows; null when the core has to stop, and then has been told why.</returns>
    static abstract Block* Execute(MicroOp* op, CpuState* s, X86Core core);
}

/// <summary>The work of an operation that the next one of its block follows.</summary>
internal unsafe interface IStep
{
    /// <summary>True: a miss is a fault that has been reported; false: the patient form must have a go.</summary>
    /// <remarks>Inlined into each handler: one operand's is small enough for that by itself, of two it has to be said.</remarks>
    static abstract bool IsPatient { get; }

    /// <summary>Does it.</summary>
    /// <returns>False when an operand was missed; nothing has changed then.</returns>
    static abstract bool TryDo(MicroOp* op, CpuState* s, X86Core core);
}

/// <summary>A step, and then whatever the next operation is.</summary>
internal unsafe struct Step<TStep> : IHandler where TStep : struct, IStep
{
    [MethodImpl(Handler.Joinable)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        if (!TStep.TryDo(op, s, core))
            return TStep.IsPatient ? null : op->Patient(op, s, core);
        op++;
        return op->Execute(op, s, core);
    }
}

/// <summary>A step, and then an operation that is known: see <see cref="BlockJoiner"/>.</summary>
internal unsafe struct Then<TStep, TNext> : IHandler where TStep : struct, IStep where TNext : struct, IHandler
{
    [MethodImpl(Handler.Joinable)]
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        if (!TStep.TryDo(op, s, core))
            return TStep.IsPatient ? null : op->Patient(op, s, core);
        return TNext.Execute(op + 1, s, core);
    }
}

/// <summary>How handlers are compiled.</summary>
internal static class Handler
{
    /// <summary>At once and well, and also as a part of another.</summary>
    public const MethodImplOptions Joinable = MethodImplOptions.AggressiveOptimization | MethodImplOptions.AggressiveInlining;
}
