namespace MiniKernel.Hal;

/// <summary>The disk controller's status register.</summary>
[Flags]
public enum DiskStatus
{
    /// <summary>It waits for a command.</summary>
    Idle = 0,

    /// <summary>A command is outstanding.</summary>
    Busy = 1,

    /// <summary>Every tag is outstanding.</summary>
    Full = 2,

    /// <summary>The last write to the command register was not accepted: no such tag, or the tag is outstanding.</summary>
    Rejected = 4,
}
