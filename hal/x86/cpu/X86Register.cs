namespace MiniKernel.Hal.X86;

/// <summary>The general registers by their number in machine code; i386 has the first eight, 32 bits wide.</summary>
public enum X86Register
{
    /// <summary>RAX, EAX.</summary>
    Rax,
    /// <summary>RCX, ECX.</summary>
    Rcx,
    /// <summary>RDX, EDX.</summary>
    Rdx,
    /// <summary>RBX, EBX.</summary>
    Rbx,
    /// <summary>RSP, ESP: the stack pointer.</summary>
    Rsp,
    /// <summary>RBP, EBP.</summary>
    Rbp,
    /// <summary>RSI, ESI.</summary>
    Rsi,
    /// <summary>RDI, EDI.</summary>
    Rdi,
    /// <summary>R8.</summary>
    R8,
    /// <summary>R9.</summary>
    R9,
    /// <summary>R10.</summary>
    R10,
    /// <summary>R11.</summary>
    R11,
    /// <summary>R12.</summary>
    R12,
    /// <summary>R13.</summary>
    R13,
    /// <summary>R14.</summary>
    R14,
    /// <summary>R15.</summary>
    R15,
}
