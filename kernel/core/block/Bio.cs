using System.Collections.Immutable;

namespace MiniKernel.Core;

/// <summary>Hears that a transfer has ended: bi_end_io.</summary>
/// <param name="kernel">The kernel, perhaps in interrupt context, perhaps under a queue's lock: no sleeping.</param>
/// <param name="bio">What has ended; <see cref="Bio.Error"/> says how.</param>
[DriverSurface]
public delegate void BioFunction(KernelContext kernel, Bio bio);

/// <summary>Sectors in a row to be moved from or to pieces of memory: struct bio.</summary>
/// <remarks>From submission to its end the memory belongs to the block layer. A bio that has ended can be submitted again.</remarks>
[DriverSurface]
public sealed class Bio
{
    /// <summary>Bytes in a sector.</summary>
    public const uint SectorBytes = 512;

    /// <summary>Describes a transfer.</summary>
    /// <param name="sector">Where on the disk it begins.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="segments">Memory, in the order of the sectors.</param>
    /// <param name="endIo">Is called when it has ended.</param>
    public Bio(ulong sector, BlockDirection direction, IEnumerable<BioSegment> segments, BioFunction? endIo = null)
    {
        ArgumentNullException.ThrowIfNull(segments);
        (Sector, Direction, EndIo) = (sector, direction, endIo);
        Segments = [.. segments];
        foreach (BioSegment segment in Segments)
            Bytes += segment.Bytes;
        Mapped = Segments;
    }

    /// <summary>First sector.</summary>
    public ulong Sector { get; }

    /// <summary>Which way.</summary>
    public BlockDirection Direction { get; }

    /// <summary>Memory, in the order of the sectors.</summary>
    public IReadOnlyList<BioSegment> Segments { get; }

    /// <summary>bi_size.</summary>
    public ulong Bytes { get; }

    /// <summary>bio_sectors().</summary>
    public ulong Sectors => Bytes / SectorBytes;

    /// <summary>bi_private: the submitter's own.</summary>
    public object? PrivateData { get; set; }

    /// <summary>How it ended.</summary>
    public Errno Error { get; internal set; }

    /// <summary>True between submission and end.</summary>
    public bool IsInFlight { get; internal set; }

    internal BioFunction? EndIo { get; }

    /// <summary>The first sector behind it.</summary>
    internal ulong EndSector => Sector + Sectors;

    /// <summary>What the device is told: the segments, or what stands in for them.</summary>
    internal IReadOnlyList<BioSegment> Mapped { get; set; }

    /// <summary>Pages that stand in for memory the device does not reach.</summary>
    internal ImmutableArray<BioSegment> Bounce { get; set; } = [];

    /// <summary>Who submitted it.</summary>
    internal LoadedModule? Owner { get; set; }

    /// <summary>Told at the end, too: the block layer's own waiter.</summary>
    internal Transfer? Waiter { get; set; }
}
