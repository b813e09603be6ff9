namespace MiniKernel.Hal;

/// <summary>A core that executes machine code: registers, a stack, calls into code and out of it.</summary>
/// <remarks>It lies above this floor (hal/x86) and is used below the kernel's C modules, which see it so.</remarks>
public interface ICpuCore : IDisposable
{
    /// <summary>The stack pointer.</summary>
    ulong StackPointer { get; set; }

    /// <summary>The instruction that runs next.</summary>
    ulong InstructionPointer { get; }

    /// <summary>The interrupt flag, as CLI, STI and POPF set it. The core takes no interrupts: its owner does, between two runs, and a run ends when they are turned on.</summary>
    bool InterruptsEnabled { get; set; }

    /// <summary>Instructions of the last run's budget that were not executed.</summary>
    long BudgetLeft { get; }

    /// <summary>What the function that has just returned gives back; narrower values have anything above them.</summary>
    ulong Result { get; }

    /// <summary>The same of a function that returns a long long.</summary>
    ulong WideResult { get; }

    /// <summary>All registers with their names, as an oops shows them: the general ones in the machine's order, the instruction pointer, the flags.</summary>
    IReadOnlyList<CpuRegister> Registers { get; }

    /// <summary>Prepares a call of a function by the kernel's calling convention.</summary>
    /// <param name="function">Its address.</param>
    /// <param name="arguments">Arguments of a word or less.</param>
    /// <param name="returnTrap">The trap it returns to.</param>
    /// <returns>False when the stack cannot be written.</returns>
    bool TryBeginCall(ulong function, ReadOnlySpan<ulong> arguments, int returnTrap);

    /// <summary>Executes instructions until something happens that the kernel has to know.</summary>
    /// <param name="budget">How many at most.</param>
    CpuStop Run(long budget);

    /// <summary>The arguments of the function that was called when a trap was reached.</summary>
    /// <param name="isVariadic">True for one with varying arguments, whose convention may differ.</param>
    ICpuArguments Arguments(bool isVariadic);

    /// <summary>Returns from the function whose trap was reached.</summary>
    /// <returns>False when the stack cannot be read.</returns>
    bool TryReturn(ulong value);

    /// <summary>All registers, for <see cref="Restore"/>.</summary>
    object Snapshot();

    /// <summary>Puts registers back.</summary>
    void Restore(object snapshot);

    /// <summary>Must be called when mappings or rights have changed.</summary>
    void ForgetMemory();

    /// <summary>Must be called when code has changed or is gone.</summary>
    void ForgetCode();

    /// <summary>Instructions as text, one line each, in the AT&amp;T syntax of Linux's own reports.</summary>
    /// <param name="code">Their bytes.</param>
    /// <param name="address">Where the first lies.</param>
    /// <param name="symbolAt">Names an address: "kmalloc", or "hello_init+0x10"; null when it has no name.</param>
    IReadOnlyList<CpuInstruction> Disassemble(ReadOnlySpan<byte> code, ulong address, Func<ulong, string?> symbolAt);
}
