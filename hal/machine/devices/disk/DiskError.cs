namespace MiniKernel.Hal;

/// <summary>How a disk command ended. One that failed has moved nothing.</summary>
public enum DiskError
{
    /// <summary>As it should.</summary>
    None = 0,

    /// <summary>There is no such command.</summary>
    BadCommand = 1,

    /// <summary>No sectors, or more than <see cref="DiskController.MaxSectors"/>.</summary>
    BadCount = 2,

    /// <summary>A sector beyond the end of the disk.</summary>
    BeyondEnd = 3,

    /// <summary>The list or a buffer has a byte at or above 4 GiB, in a hole, or beyond the end of RAM.</summary>
    BadAddress = 4,

    /// <summary>The list is longer than <see cref="DiskController.MaxSegments"/>, has an empty segment, or holds fewer bytes
    /// than the command moves.</summary>
    BadList = 5,
}
