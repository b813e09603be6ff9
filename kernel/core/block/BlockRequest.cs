namespace MiniKernel.Core;

/// <summary>What a driver is asked to do: one or more bios that lie side by side on the disk. struct request.</summary>
[DriverSurface]
public sealed class BlockRequest
{
    private readonly LinkedList<Bio> _bios = new();

    internal BlockRequest(RequestQueue queue, Gendisk disk, Bio bio)
    {
        (Queue, Disk, Direction, Sector) = (queue, disk, bio.Direction, bio.Sector);
        Append(bio);
    }

    /// <summary>The queue it came through.</summary>
    public RequestQueue Queue { get; }

    /// <summary>rq_disk.</summary>
    public Gendisk Disk { get; }

    /// <summary>rq_data_dir().</summary>
    public BlockDirection Direction { get; }

    /// <summary>First sector.</summary>
    public ulong Sector { get; private set; }

    /// <summary>nr_sectors.</summary>
    public uint Sectors { get; private set; }

    /// <summary>nr_phys_segments: pieces of memory before any are joined.</summary>
    public int SegmentCount { get; private set; }

    /// <summary>Memory, in the order of the sectors: rq_for_each_segment().</summary>
    public IEnumerable<BioSegment> Segments => _bios.SelectMany(bio => bio.Mapped);

    /// <summary>special: the driver's own.</summary>
    public object? Special { get; set; }

    /// <summary>REQ_STARTED: the driver has seen it, nothing is added any more.</summary>
    internal bool IsStarted { get; set; }

    internal bool IsEnded { get; set; }

    internal ulong EndSector => Sector + Sectors;

    internal IReadOnlyCollection<Bio> Bios => _bios;

    internal void Append(Bio bio)
    {
        _bios.AddLast(bio);
        Count(bio);
    }

    internal void Prepend(Bio bio)
    {
        _bios.AddFirst(bio);
        Sector = bio.Sector;
        Count(bio);
    }

    private void Count(Bio bio)
    {
        Sectors += (uint)bio.Sectors;
        SegmentCount += bio.Mapped.Count;
    }
}
