namespace MiniKernel.Inspect;

/// <summary>How the runtime compiled a version of a method: bits 7 to 9 of MethodLoadVerbose's flags.</summary>
public enum JitTier
{
    /// <summary>The runtime did not say.</summary>
    Unknown = 0,

    /// <summary>Compiled without optimization and never again, as a debugger wants it.</summary>
    MinOptJitted = 1,

    /// <summary>Compiled with full optimization at once and never again: tiering is off for the method.</summary>
    Optimized = 2,

    /// <summary>Tier 0: compiled quickly.</summary>
    QuickJitted = 3,

    /// <summary>Tier 1: the final code of a method that is called often.</summary>
    OptimizedTier1 = 4,

    /// <summary>Tier 1 code that a running loop was moved to.</summary>
    OptimizedTier1Osr = 5,

    /// <summary>Tier 0 that counts for the optimizer.</summary>
    InstrumentedTier0 = 6,

    /// <summary>Optimized code that counts for the optimizer.</summary>
    InstrumentedTier1 = 7,
}
