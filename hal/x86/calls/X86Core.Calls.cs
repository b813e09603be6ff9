using System.Buffers.Binary;

namespace MiniKernel.Hal.X86;

// Calls in both directions.
public sealed unsafe partial class X86Core
{
    private const ulong StackAlignment = 16;                  // at the call instruction, in both ABIs as gcc keeps them

    /// <summary>Bytes of a register, a pointer, a stack slot.</summary>
    public int WordBytes => (int)Mode / 8;

    /// <summary>Prepares a call of an emulated function with arguments of a word or less; <see cref="Run"/> executes it until
    /// the trap <paramref name="returnTrap"/> is reached, with the result in <see cref="Result"/>.</summary>
    /// <remarks>The stack below the stack pointer is used, so a call may be made from within an export. The stack pointer comes
    /// back aligned, not as it was: who returns from that export afterwards puts it back. What a C function may change is
    /// changed; <see cref="Snapshot"/> keeps all of it for an interrupt.</remarks>
    /// <returns>False when the stack cannot be written; nothing but the stack has changed.</returns>
    public bool TryBeginCall(CallingConvention convention, ulong function, ReadOnlySpan<ulong> arguments, int returnTrap)
    {
        ReadOnlySpan<X86Register> registers = Conventions.ArgumentRegisters(convention).Span;
        int inRegisters = Math.Min(registers.Length, arguments.Length);
        ReadOnlySpan<ulong> onStack = arguments[inRegisters..];
        ulong word = (ulong)WordBytes;
        ulong first = Cut(this[X86Register.Rsp] - ((ulong)onStack.Length * word)) & ~(StackAlignment - 1);
        for (int i = 0; i < onStack.Length; i++)
        {
            if (!TryWriteWord(first + ((ulong)i * word), onStack[i]))
                return false;
        }
        if (!TryWriteWord(first - word, _traps.AddressOf(returnTrap)))
            return false;
        for (int i = 0; i < inRegisters; i++)
            this[registers[i]] = arguments[i];
        if (convention == CallingConvention.SystemV && registers.Length > inRegisters)
            this[X86Register.Rax] = 0;                        // varying arguments: none of them in vector registers
        this[X86Register.Rsp] = first - word;
        Rip = function;
        return true;
    }

    /// <summary>What the function that has just returned gives back: of an i386 long long the lower half, the upper one is in EDX.</summary>
    public ulong Result => this[X86Register.Rax];

    /// <summary>Returns from the export whose trap was reached.</summary>
    /// <param name="value">Its result; on i386 a long long goes to EDX:EAX.</param>
    /// <returns>False when the return address cannot be read.</returns>
    public bool TryReturn(ulong value)
    {
        Span<byte> target = stackalloc byte[8];
        ulong top = this[X86Register.Rsp];
        if (!TryRead(top, target[..WordBytes]))
            return false;
        this[X86Register.Rax] = value;
        if (Mode == X86Mode.I386)
            this[X86Register.Rdx] = value >> 32;
        this[X86Register.Rsp] = top + (ulong)WordBytes;
        Rip = BinaryPrimitives.ReadUInt64LittleEndian(target);
        return true;
    }

    /// <summary>All registers, to be put back after something that was not called by the code that runs: an interrupt handler.</summary>
    public X86Snapshot Snapshot()
    {
        var registers = new ulong[16];
        for (int i = 0; i < registers.Length; i++)
            registers[i] = _state->Registers[i];
        return new X86Snapshot([.. registers], Rip, Rflags, FsBase, GsBase);
    }

    /// <summary>Puts all registers back.</summary>
    public void Restore(X86Snapshot snapshot)
    {
        for (int i = 0; i < snapshot.Registers.Length; i++)
            _state->Registers[i] = snapshot.Registers[i];
        Rip = snapshot.Rip;
        Rflags = snapshot.Rflags;
        FsBase = snapshot.FsBase;
        GsBase = snapshot.GsBase;
    }

    private bool TryWriteWord(ulong address, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return TryWrite(address, bytes[..WordBytes]);
    }
}
