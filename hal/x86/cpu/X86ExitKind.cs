namespace MiniKernel.Hal.X86;

/// <summary>Why a core stopped running.</summary>
public enum X86ExitKind
{
    /// <summary>The instruction budget is used up; the next instruction has not begun, or is a repeated one that has made progress.</summary>
    Budget,

    /// <summary>An address of the trap page was reached: an export was called, or a function has returned.</summary>
    Trap,

    /// <summary>An instruction faulted; registers and memory are as before it.</summary>
    Fault,

    /// <summary>INT n, INT3, INT1 or INTO; RIP is behind the instruction.</summary>
    SoftwareInterrupt,

    /// <summary>HLT; RIP is behind the instruction.</summary>
    Halt,

    /// <summary>INVLPG; RIP is behind the instruction.</summary>
    InvalidatePage,

    /// <summary>Somebody asked for the core's attention, or interrupts have just been enabled.</summary>
    Attention,
}
