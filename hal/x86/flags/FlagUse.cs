namespace MiniKernel.Hal.X86;

/// <summary>Whether a handler leaves flags behind: the compiled code has one form that does and one that does not.</summary>
internal interface IFlagUse
{
    static abstract bool Live { get; }
}

/// <summary>Somebody may read the flags.</summary>
internal struct LiveFlags : IFlagUse
{
    public static bool Live => true;
}

/// <summary>The next writer comes before any reader.</summary>
internal struct DeadFlags : IFlagUse
{
    public static bool Live => false;
}
