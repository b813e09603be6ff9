namespace MiniKernel.Hal.X86;

/// <summary>How C functions get their arguments.</summary>
public enum CallingConvention
{
    /// <summary>x86-64: RDI, RSI, RDX, RCX, R8, R9, then the stack; result in RAX (System V AMD64 ABI). Functions with varying arguments too.</summary>
    SystemV,

    /// <summary>i386 with -mregparm=3, as the i386 kernel is compiled: EAX, EDX, ECX, then the stack; result in EAX, or EDX:EAX.</summary>
    Regparm3,

    /// <summary>i386 functions with varying arguments: all on the stack.</summary>
    Cdecl,
}
