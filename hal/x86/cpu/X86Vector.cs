namespace MiniKernel.Hal.X86;

/// <summary>Exception vectors (Intel SDM vol. 3, 6.15).</summary>
public static class X86Vector
{
    /// <summary>#DE: division by zero, or a quotient that does not fit.</summary>
    public const int DivideError = 0;
    /// <summary>#DB.</summary>
    public const int Debug = 1;
    /// <summary>#BP.</summary>
    public const int Breakpoint = 3;
    /// <summary>#OF.</summary>
    public const int Overflow = 4;
    /// <summary>#UD: no instruction, or one this core does not have.</summary>
    public const int InvalidOpcode = 6;
    /// <summary>#SS: a stack reference to an address that is not canonical.</summary>
    public const int StackSegment = 12;
    /// <summary>#GP: an address that is not canonical.</summary>
    public const int GeneralProtection = 13;
    /// <summary>#PF.</summary>
    public const int PageFault = 14;
}
