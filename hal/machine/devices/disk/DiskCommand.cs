namespace MiniKernel.Hal;

/// <summary>What the disk controller can be told to do.</summary>
public enum DiskCommand
{
    /// <summary>Sectors from the disk to memory.</summary>
    Read = 1,

    /// <summary>Sectors from memory to the disk.</summary>
    Write = 2,

    /// <summary>Completes when every command before it has; block, count and address do not matter.</summary>
    Flush = 3,
}
