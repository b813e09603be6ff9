namespace MiniKernel.Hal.X86;

/// <summary>The tables of the calling conventions.</summary>
internal static class Conventions
{
    /// <summary>The registers that take arguments, in their order.</summary>
    public static ReadOnlyMemory<X86Register> ArgumentRegisters(CallingConvention convention) => convention switch
    {
        CallingConvention.SystemV => new[] { X86Register.Rdi, X86Register.Rsi, X86Register.Rdx, X86Register.Rcx, X86Register.R8, X86Register.R9 },
        CallingConvention.Regparm3 => new[] { X86Register.Rax, X86Register.Rdx, X86Register.Rcx },
        _ => ReadOnlyMemory<X86Register>.Empty,
    };
}
