using System.Runtime.InteropServices;

namespace MiniKernel.Mm;

/// <content>The rest of the seam: what SLOB is, and looking without changing.</content>
internal sealed unsafe partial class SlobAllocator
{
    /// <inheritdoc/>
    public string SourceFile => File;

    /// <summary>There are no slabs, no size classes and no /proc/slabinfo.</summary>
    public ISlabTables? Slabs => null;

    /// <summary>Nothing to do: the first allocation takes the first page.</summary>
    public void Bootstrap()
    {
    }

    /// <summary>Pages are everybody's: none belongs to a cache.</summary>
    public KmemCache? CacheOf(ulong address) => null;

    /// <summary>True when a block in use starts at the address, or kmalloc's header lies just before it; or when kmalloc took
    /// whole pages that start there.</summary>
    public bool IsAllocated(ulong address)
    {
        ulong offset = address - _map.Base;
        if (offset >= _map.Size)
            return false;
        uint frame = (uint)(offset >> _pageShift);
        ulong inPage = offset & (PageSize - 1);
        if (!IsSlobPage(frame))
            return inPage == 0 && _pageMap[frame].Count > 0 && _pageMap[frame].Slab != 0;
        return inPage % (ulong)_unitBytes == 0
            && (IsStart(frame, inPage) || (inPage >= MinAlign && IsStart(frame, inPage - MinAlign)));
    }

    /// <summary>Compares and rewrites the descriptors of all caches.</summary>
    public void SyncViews()
    {
        for (KmemCache? cache = Newest; cache != null; cache = cache.Older)
            CheckDescriptor(cache);
    }

    /// <summary>Counts the pages.</summary>
    public SlobInfo Snapshot()
    {
        _lock.Enter();
        ulong pages = _slobPages.Count, blocks = _slobPages.Blocks, listed = 0, free = 0;
        for (uint frame = _slobPages.First; frame != 0; frame = _slobPages.Of(frame)->Next)
        {
            listed++;
            free += (ulong)(_slobPages.Of(frame)->FreeUnits * _unitBytes);
        }
        _lock.Exit();
        return new SlobInfo(_unitBytes, pages, listed, free, (pages << _pageShift) - free, blocks);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (KmemCache? cache = Newest; cache != null; cache = cache.Older)
            cache.DescriptorView.Dispose();
        foreach (nint record in _records)
            NativeMemory.Free((void*)record);
        _slobPages.Dispose();
    }

    private bool IsStart(uint frame, ulong inPage) => _slobPages.IsStart(frame, (int)(inPage / (ulong)_unitBytes));
}
