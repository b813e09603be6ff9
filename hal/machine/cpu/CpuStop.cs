namespace MiniKernel.Hal;

/// <summary>Why a core stopped.</summary>
public enum CpuStopKind
{
    /// <summary>The budget is used up.</summary>
    Budget,

    /// <summary>An address of the trap page was reached: an export was called, or a function has returned.</summary>
    Trap,

    /// <summary>An instruction faulted; nothing of it has happened.</summary>
    Fault,

    /// <summary>An instruction that raises an interrupt itself, as INT3.</summary>
    SoftwareInterrupt,

    /// <summary>HLT.</summary>
    Halt,

    /// <summary>Something that concerns nobody but the hardware; run on.</summary>
    Other,
}

/// <summary>What a fault is about, as every architecture knows it.</summary>
public enum CpuFault
{
    /// <summary>None.</summary>
    None,

    /// <summary>Memory that is not mapped, or not for this kind of access.</summary>
    Page,

    /// <summary>An address that cannot be one, or something a kernel must not do either.</summary>
    Protection,

    /// <summary>No instruction, or one this core does not have; UD2 of BUG() is one.</summary>
    InvalidInstruction,

    /// <summary>Division by zero, or a quotient that does not fit.</summary>
    Divide,

    /// <summary>Any other.</summary>
    Other,
}

/// <summary>How a run ended.</summary>
/// <param name="Kind">Why.</param>
/// <param name="InstructionPointer">The faulting instruction of a fault, the instruction itself of a halt and of INT n, else the next one.</param>
/// <param name="Fault">What a fault is about.</param>
/// <param name="Vector">The hardware's number for it.</param>
/// <param name="ErrorCode">What the hardware says beside it.</param>
/// <param name="Address">The address of a page fault.</param>
/// <param name="Trap">Which trap was reached.</param>
/// <param name="Bytes">Of a page fault on data: bytes from <paramref name="Address"/> to the end of what was to be read or written.</param>
public readonly record struct CpuStop(
    CpuStopKind Kind, ulong InstructionPointer, CpuFault Fault = CpuFault.None, int Vector = 0, uint ErrorCode = 0, ulong Address = 0, int Trap = 0, int Bytes = 0);
