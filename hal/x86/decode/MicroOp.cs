using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>One decoded instruction: the handler that executes it, and what the handler needs to know.</summary>
/// <remarks>A handler does its work and jumps to the next operation's handler; the last of a block returns the block that
/// follows. It returns null when the core has to stop, and then has told the core why.</remarks>
internal unsafe struct MicroOp
{
    /// <summary>The handler, in its hasty form if it has two.</summary>
    public delegate*<MicroOp*, CpuState*, X86Core, Block*> Execute;

    /// <summary>The handler's patient form.</summary>
    public delegate*<MicroOp*, CpuState*, X86Core, Block*> Patient;

    /// <summary>An immediate operand, sign-extended as the instruction says.</summary>
    public ulong Immediate;

    /// <summary>Displacement of the memory operand; of one without registers its address.</summary>
    public ulong Displacement;

    /// <summary>Byte offsets into <see cref="CpuState"/>.</summary>
    public byte Destination, Source, Base, Index, Segment;

    /// <summary>The index register is shifted left by this.</summary>
    public byte Scale;

    /// <summary>Where the operand was that was read last, and the one that was written: see <see cref="WindowOf"/>.</summary>
    private byte _readWindow, _writeWindow;

    /// <summary>Where the instruction stands in its block: bytes before it, and instructions before it in the upper six bits.</summary>
    private ushort _place;

    /// <summary>Bytes of the block before this instruction; at most 63 * 15.</summary>
    public readonly int Offset => _place & 0x3ff;

    /// <summary>Instructions of the block before this one.</summary>
    public readonly int Ordinal => _place >> 10;

    /// <summary>Writes down where the instruction stands.</summary>
    public void SetPlace(int offset, int ordinal) => _place = (ushort)(offset | (ordinal << 10));

    /// <summary>The window an operand is looked for first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Window* WindowOf(CpuState* s, bool write) => (Window*)((ulong*)s + (write ? _writeWindow : _readWindow));

    /// <summary>Nothing is known yet: most operands lie in the direct map.</summary>
    public void RememberDirect() => _readWindow = _writeWindow = CpuState.DirectSlot;

    /// <summary>Remembers the window an operand was found in: the next time it most often is in the same.</summary>
    public void Remember(Window* window, CpuState* s, bool write)
    {
        byte slot = (byte)((ulong*)window - (ulong*)s);
        if (write)
            _writeWindow = slot;
        else
            _readWindow = slot;
    }

    /// <summary>Where it goes from here, in an operation that ends a block.</summary>
    public static Exits* ExitsOf(MicroOp* op) => (Exits*)(op + 1);
}

/// <summary>The ways out of a block, in the operation slot behind its last one.</summary>
internal unsafe struct Exits
{
    /// <summary>Addresses: of a branch that is taken, and of the next instruction.</summary>
    public ulong TakenRip, NextRip;

    /// <summary>The blocks there, once they have been met.</summary>
    public Block* Taken, Next;
}
