namespace MiniKernel.Hal;

/// <summary>What code wants to do with memory.</summary>
public enum CpuAccess
{
    /// <summary>Read it.</summary>
    Read,

    /// <summary>Write it, or read and write it.</summary>
    Write,

    /// <summary>Run it.</summary>
    Execute,
}
