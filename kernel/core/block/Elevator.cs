namespace MiniKernel.Core;

/// <summary>The order of requests: first come, first served, neighbours joined ("noop", Linux 2.6 block/noop-iosched.c).</summary>
/// <remarks>A bio joins the newest request it can. It never passes one that concerns the same sectors, so reads and writes
/// of a sector keep their order even when nobody waits in between, which Linux does not promise.</remarks>
internal static class Elevator
{
    /// <summary>Adds a bio, as part of a request that waits or as a new one.</summary>
    /// <returns>True when it was joined to one.</returns>
    public static bool Add(RequestQueue queue, Gendisk disk, Bio bio)
    {
        for (LinkedListNode<BlockRequest>? node = queue.Waiting.Last; node is not null; node = node.Previous)
        {
            BlockRequest request = node.Value;
            if (TryMerge(queue, request, disk, bio))
                return true;
            if (request.Disk == disk && bio.Sector < request.EndSector && request.Sector < bio.EndSector)
                break;
        }
        queue.Waiting.AddLast(new BlockRequest(queue, disk, bio));
        return false;
    }

    private static bool TryMerge(RequestQueue queue, BlockRequest request, Gendisk disk, Bio bio)
    {
        bool mayGrow = !request.IsStarted && request.Disk == disk && request.Direction == bio.Direction
            && request.Sectors + bio.Sectors <= queue.MaxSectors && request.SegmentCount + bio.Mapped.Count <= queue.MaxSegments;
        if (mayGrow && request.EndSector == bio.Sector)
            request.Append(bio);                  // ELEVATOR_BACK_MERGE
        else if (mayGrow && bio.EndSector == request.Sector)
            request.Prepend(bio);                 // ELEVATOR_FRONT_MERGE
        else
            return false;
        return true;
    }
}
