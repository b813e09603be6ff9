using Iced.Intel;

namespace MiniKernel.Hal.X86;

// How handlers stop the core. All of these return null, which ends the run.
public sealed unsafe partial class X86Core
{
    private const uint Present = 1, Writing = 2, Fetching = 16;   // page fault error code

    /// <summary>An exception at the instruction itself.</summary>
    internal Block* Fault(MicroOp* op, int vector, uint errorCode = 0, ulong address = 0)
    {
        Stop(op, X86ExitKind.Fault);
        _exit = new X86Exit(X86ExitKind.Fault, _state->Rip, vector, errorCode, address);
        return null;
    }

    /// <summary>Leaves before the instruction; it and those behind it have not been executed.</summary>
    internal Block* Stop(MicroOp* op, X86ExitKind kind)
    {
        Block* block = _state->Current;
        _state->Budget += kind == X86ExitKind.Budget ? 0 : block->Count - op->Ordinal;
        Leave(Cut(block->Rip + (ulong)op->Offset), kind);
        return null;
    }

    /// <summary>Leaves behind an instruction that ends its block.</summary>
    internal Block* StopBehind(MicroOp* op, X86ExitKind kind, int vector = 0, ulong address = 0)
    {
        ulong next = MicroOp.ExitsOf(op)->NextRip;
        _state->Rip = next;
        _exit = new X86Exit(kind, next, vector, Address: address);
        return null;
    }

    /// <summary>An instruction that cannot be fetched.</summary>
    internal void FetchFault(ulong rip, ulong address)
    {
        _state->Rip = rip;
        bool isPresent = _memory.TryFind(address, MemoryAccess.Read, out _);
        _exit = IsCanonical(address)
            ? new X86Exit(X86ExitKind.Fault, rip, X86Vector.PageFault, Fetching | (isPresent ? Present : 0), address)
            : new X86Exit(X86ExitKind.Fault, rip, X86Vector.GeneralProtection);
    }

    // An operand that cannot be reached.
    private void MemoryFault(MicroOp* op, ulong address, bool write)
    {
        if (!IsCanonical(address))
        {
            Fault(op, X86Vector.GeneralProtection);
            if (RefersToStack(_state->Rip))
                _exit = _exit with { Vector = X86Vector.StackSegment };
            return;
        }
        bool isPresent = _memory.TryFind(address, MemoryAccess.Read, out _);
        Fault(op, X86Vector.PageFault, (write ? Writing : 0) | (isPresent ? Present : 0), address);
    }

    private bool IsCanonical(ulong address) => Mode == X86Mode.I386 || (long)(address << 16) >> 16 == (long)address;

    private bool RefersToStack(ulong rip)
    {
        Instruction instruction = _builder.Decode(rip);
        bool namesMemory = instruction.MemoryBase != Register.None && instruction.Mnemonic != Mnemonic.Lea;
        return namesMemory ? instruction.MemorySegment == Register.SS : instruction.IsStackInstruction || instruction.Mnemonic == Mnemonic.Leave;
    }
}
