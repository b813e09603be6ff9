using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>vmlist: which stretches of the vmalloc area, or of the module area of a 64-bit machine, are taken, and what they show.</summary>
/// <remarks>First fit from the bottom, a guard page behind each area (Linux 2.6.24 mm/vmalloc.c, __get_vm_area_node). The
/// sorted array is replaced as a whole, so that looking an address up takes no lock.</remarks>
internal sealed class VmallocSpace(ulong start, ulong end, HardwareProfile profile)
{
    private readonly Lock _lock = new();
    private readonly ulong _guard = (ulong)profile.PageSize;
    private readonly int _pageShift = profile.PageShift;
    private volatile VmArea[] _areas = [];        // ascending

    /// <summary>Finds room for an area and puts it there.</summary>
    /// <returns>False when no gap is large enough.</returns>
    public bool TryInsert(VmArea area)
    {
        lock (_lock)
        {
            VmArea[] areas = _areas;
            ulong at = start;
            int index = 0;
            while (index < areas.Length && areas[index].Address - at < area.Size)
                at = areas[index++].End;
            if (area.Size > end - start || at > end - area.Size)
                return false;
            area.Address = at;
            _areas = [.. areas.AsSpan(0, index), area, .. areas.AsSpan(index)];
            return true;
        }
    }

    /// <summary>Takes an area out: nothing is mapped there from now on.</summary>
    /// <returns>Null when no area begins at that address.</returns>
    public VmArea? Remove(ulong address)
    {
        lock (_lock)
        {
            VmArea[] areas = _areas;
            int index = IndexOf(areas, address);
            if (index < 0 || areas[index].Address != address)
                return null;
            _areas = [.. areas.AsSpan(0, index), .. areas.AsSpan(index + 1)];
            return areas[index];
        }
    }

    /// <summary>The frame an address shows; false for guard pages and everything that is not mapped.</summary>
    public bool TryTranslate(ulong address, out uint frame)
    {
        frame = 0;
        VmArea[] areas = _areas;
        int index = IndexOf(areas, address);
        if (index < 0)
            return false;
        ulong page = (address - areas[index].Address) >> _pageShift;
        if (page >= (ulong)areas[index].Mapped)
            return false;
        frame = areas[index].Frames[page];
        return true;
    }

    /// <summary>The area around an address, its guard page included.</summary>
    public bool TryFind(ulong address, out ulong start, out ulong bytes)
    {
        VmArea[] areas = _areas;
        int index = IndexOf(areas, address);
        bool found = index >= 0 && address < areas[index].End;
        start = found ? areas[index].Address : 0;
        bytes = found ? (ulong)areas[index].Frames.Length << _pageShift : 0;
        return found;
    }

    /// <summary>get_vmalloc_info of fs/proc/mmu.c: guard pages count as used.</summary>
    public VmallocInfo Snapshot()
    {
        ulong used = 0, largest = 0, at = start;
        foreach (VmArea area in _areas)
        {
            used += area.Size;
            largest = Math.Max(largest, area.Address - at);
            at = area.End;
        }
        return new VmallocInfo(end - start, used, Math.Max(largest, end - at));
    }

    /// <summary>Bytes of an area that wants <paramref name="pages"/> pages.</summary>
    public ulong SizeFor(uint pages) => ((ulong)pages << _pageShift) + _guard;

    // The last area that begins at or below the address; -1 when there is none.
    private static int IndexOf(VmArea[] areas, ulong address)
    {
        int low = 0, high = areas.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (areas[middle].Address <= address)
                low = middle + 1;
            else
                high = middle;
        }
        return low - 1;
    }
}
