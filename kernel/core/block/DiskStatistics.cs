namespace MiniKernel.Core;

/// <summary>What went through a disk: struct disk_stats, without times.</summary>
[DriverSurface]
public sealed class DiskStatistics
{
    private readonly ulong[] _requests = new ulong[2], _merges = new ulong[2], _sectors = new ulong[2];

    /// <summary>ios: requests that have ended well.</summary>
    public ulong Requests(BlockDirection direction) => _requests[(int)direction];

    /// <summary>merges: bios that joined a request that waited.</summary>
    public ulong Merges(BlockDirection direction) => _merges[(int)direction];

    /// <summary>sectors: of requests that have ended well.</summary>
    public ulong Sectors(BlockDirection direction) => _sectors[(int)direction];

    internal void CountMerge(BlockDirection direction) => _merges[(int)direction]++;

    internal void CountRequest(BlockRequest request)
    {
        _requests[(int)request.Direction]++;
        _sectors[(int)request.Direction] += request.Sectors;
    }
}
