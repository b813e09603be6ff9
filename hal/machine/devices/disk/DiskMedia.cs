namespace MiniKernel.Hal;

/// <summary>What is on a disk: zeroed sectors, which take host memory as they are touched.</summary>
/// <remarks>The host looks at it and fills it here, at no virtual time; the machine goes through
/// <see cref="DiskController"/>.</remarks>
public sealed unsafe class DiskMedia : IDisposable
{
    /// <summary>Bytes in a sector.</summary>
    public const int SectorBytes = 512;

    private const int TrackBytes = 64 << 10;      // how finely it is noted what has been touched

    private readonly NativeRegion _region;
    private readonly SortedSet<ulong> _touched = [];          // tracks that may hold something

    /// <summary>An empty disk.</summary>
    /// <param name="bytes">A whole number of sectors: 1 to 2^32 - 1 of them.</param>
    internal DiskMedia(ulong bytes)
    {
        if (bytes == 0 || bytes % SectorBytes != 0 || bytes / SectorBytes > uint.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "a disk has 1 to 2^32 - 1 whole sectors of 512 bytes");
        Sectors = (uint)(bytes / SectorBytes);
        _region = new NativeRegion(bytes);
    }

    /// <summary>Number of sectors.</summary>
    public uint Sectors { get; }

    /// <summary>Copies what is on the disk from the start of a sector on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The disk ends before.</exception>
    public void Read(uint sector, Span<byte> destination) => From(sector, destination.Length).CopyTo(destination);

    /// <summary>Puts bytes on the disk from the start of a sector on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The disk ends before.</exception>
    public void Write(uint sector, ReadOnlySpan<byte> source) => source.CopyTo(From(sector, source.Length));

    /// <summary>The hash of what is on the disk.</summary>
    public ulong Hash()
    {
        ObjectDisposedException.ThrowIf(_region.Base == null, this);
        var hash = new StateHash();
        foreach (ulong track in _touched)
        {
            ulong start = track * TrackBytes, size = (ulong)Sectors * SectorBytes;
            ulong bytes = StateHash.OfMemory(new ReadOnlySpan<byte>(_region.Base + start, (int)Math.Min(TrackBytes, size - start)));
            if (bytes == 0)
                continue;                         // read only
            hash.Add(track);
            hash.Add(bytes);
        }
        return hash.Value;
    }

    /// <inheritdoc/>
    public void Dispose() => _region.Dispose();

    /// <summary>A window on the disk.</summary>
    internal Span<byte> From(uint sector, int length)
    {
        ObjectDisposedException.ThrowIf(_region.Base == null, this);
        ulong start = (ulong)sector * SectorBytes, size = (ulong)Sectors * SectorBytes;
        if (start > size || (ulong)length > size - start)
            throw new ArgumentOutOfRangeException(nameof(sector), sector, $"{length} bytes from there leave the disk's {Sectors} sectors");
        Note(start, (ulong)length);
        return new Span<byte>(_region.Base + start, length);   // inside the region: just checked
    }

    // Whole tracks are committed, so that each can be read as a whole.
    private void Note(ulong start, ulong length)
    {
        ulong size = (ulong)Sectors * SectorBytes;
        for (ulong track = start / TrackBytes; track * TrackBytes < start + length; track++)
        {
            if (_touched.Add(track))
                _region.Commit(track * TrackBytes, Math.Min(TrackBytes, size - (track * TrackBytes)));
        }
    }
}
