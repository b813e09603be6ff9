namespace MiniKernel.Hal.X86;

/// <summary>Which of the two machines a core is.</summary>
public enum X86Mode
{
    /// <summary>Protected mode with flat 32-bit segments; addresses wrap at 4 GiB.</summary>
    I386 = 32,

    /// <summary>64-bit mode.</summary>
    X64 = 64,
}
