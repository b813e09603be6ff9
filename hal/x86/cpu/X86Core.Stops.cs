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
        _state->Stride += kind == X86ExitKind.Budget ? 0 : block->Count - op->Ordinal;
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
        _exit = IsAddressable(address, 1)
            ? new X86Exit(X86ExitKind.Fault, rip, X86Vector.PageFault, Fetching | (isPresent ? Present : 0), address)
            : new X86Exit(X86ExitKind.Fault, rip, X86Vector.GeneralProtection);
    }

    // An operand that cannot be reached.
    private void MemoryFault(MicroOp* op, ulong address, int bytes, bool write)
    {
        bool isPresent = _memory.TryFind(address, MemoryAccess.Read, out _);
        Fault(op, X86Vector.PageFault, (write ? Writing : 0) | (isPresent ? Present : 0), address);
        _exit = _exit with { Bytes = bytes };
    }

    // An operand that no page table could make reachable.
    private void AddressFault(MicroOp* op, ulong address)
    {
        Fault(op, X86Vector.GeneralProtection);
        if (RefersToStack(_state->Rip, address))
            _exit = _exit with { Vector = X86Vector.StackSegment };
    }

    // In 64-bit mode an address is canonical: bits 63 to 47 are the same. On i386 the segment ends at 4 GiB: an operand does not wrap.
    private bool IsAddressable(ulong address, int bytes)
    {
        ulong last = address + (ulong)(bytes - 1);
        return Mode == X86Mode.I386
            ? last <= uint.MaxValue
            : (long)(address << 16) >> 16 == (long)address && (long)(last << 16) >> 16 == (long)last;
    }

    // PUSH m and its like have two operands in memory: the one beside the stack pointer is on the stack.
    private bool RefersToStack(ulong rip, ulong address)
    {
        Instruction instruction = _builder.Decode(rip);
        bool isImplicit = instruction.Mnemonic == Mnemonic.Leave
            || (instruction.IsStackInstruction && Cut(address - this[X86Register.Rsp] + sizeof(ulong)) <= sizeof(ulong));
        return isImplicit || (instruction.MemoryBase != Register.None && instruction.MemorySegment == Register.SS);
    }
}
