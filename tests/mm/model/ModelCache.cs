namespace MiniKernel.Mm.Tests.Model;

/// <summary>The model's BUG().</summary>
internal sealed class ModelBugException : Exception;

/// <summary>An array_cache: where it lies (null = static) and the objects it holds, oldest first.</summary>
internal sealed class ModelArray(ulong? address, int limit, int batch)
{
    public ulong? Address { get; set; } = address;

    public int Limit => limit;

    public int Batch => batch;

    public bool Touched { get; set; }

    public List<ulong> Entries { get; } = [];

    public ulong TakeLast()
    {
        ulong last = Entries[^1];
        Entries.RemoveAt(Entries.Count - 1);
        return last;
    }
}

/// <summary>A slab: its frames, its objects, its free chain (top = next to hand out).</summary>
internal sealed class ModelSlab
{
    private readonly Stack<int> _free = new();
    private readonly HashSet<int> _freeSet = [];

    public ModelSlab(ModelCache cache, uint frame, ulong firstObject, ulong? management)
    {
        Cache = cache;
        Frame = frame;
        FirstObject = firstObject;
        Management = management;
        for (int i = cache.Geometry.Num - 1; i >= 0; i--)
            PushFree(i);
    }

    public ModelCache Cache { get; }

    public uint Frame { get; }

    /// <summary>s_mem.</summary>
    public ulong FirstObject { get; }

    /// <summary>The off-slab management object, null when it lies in the slab itself.</summary>
    public ulong? Management { get; }

    public int FreeCount => _free.Count;

    public int InUse => Cache.Geometry.Num - FreeCount;

    /// <summary>The list the slab is on.</summary>
    public LinkedList<ModelSlab>? List { get; private set; }

    public ulong TakeObject()
    {
        int index = _free.Pop();
        _freeSet.Remove(index);
        return FirstObject + (ulong)index * Cache.Geometry.BufferSize;
    }

    public void PutObject(ulong address)
    {
        ulong offset = address - FirstObject;
        if (address < FirstObject || offset % Cache.Geometry.BufferSize != 0 || offset / Cache.Geometry.BufferSize >= (ulong)Cache.Geometry.Num)
            throw new InvalidOperationException($"model: 0x{address:x} is no object of {Cache.Name}");
        PushFree((int)(offset / Cache.Geometry.BufferSize));
    }

    public void MoveToHead(LinkedList<ModelSlab> list)
    {
        Leave();
        list.AddFirst(this);
        List = list;
    }

    public void MoveToTail(LinkedList<ModelSlab> list)
    {
        Leave();
        list.AddLast(this);
        List = list;
    }

    public void Leave()
    {
        List?.Remove(this);
        List = null;
    }

    private void PushFree(int index)
    {
        if (!_freeSet.Add(index))
            throw new InvalidOperationException($"model: object {index} of a slab of {Cache.Name} was freed twice");
        _free.Push(index);
    }
}

/// <summary>A kmem_list3.</summary>
internal sealed class ModelList3
{
    /// <summary>Where it lies, null = static.</summary>
    public ulong? Address { get; set; }

    public LinkedList<ModelSlab> Partial { get; } = new();

    public LinkedList<ModelSlab> Full { get; } = new();

    public LinkedList<ModelSlab> Free { get; } = new();

    public long FreeObjects { get; set; }

    public long FreeLimit { get; set; }

    public ulong ColourNext { get; set; }

    public bool FreeTouched { get; set; }

    public ModelArray? Shared { get; set; }

    /// <summary>In jiffies of 1 ms.</summary>
    public ulong NextReap { get; set; }
}

/// <summary>A kmem_cache.</summary>
internal sealed class ModelCache(string name, ModelGeometry geometry, ulong? descriptor, int cpus)
{
    public string Name => name;

    public ModelGeometry Geometry => geometry;

    /// <summary>Physical address of the descriptor, null = static.</summary>
    public ulong? Descriptor => descriptor;

    /// <summary>Where off-slab management objects come from.</summary>
    public ModelCache? ManagementCache { get; set; }

    public int Limit { get; set; } = geometry.Limit;

    public int Batch { get; set; } = geometry.Batch;

    public int Shared { get; set; } = geometry.Shared;

    public ModelArray?[] Arrays { get; } = new ModelArray?[cpus];

    public ModelList3? List3 { get; set; }

    public bool IsDma => (geometry.Flags & SlabBits.CacheDma) != 0;

    public CacheSnapshot Snapshot()
    {
        ModelList3 list = List3!;
        long active = list.Full.Count * (long)geometry.Num + list.Partial.Sum(slab => (long)slab.InUse);
        long activeSlabs = list.Full.Count + list.Partial.Count, slabs = activeSlabs + list.Free.Count;
        return new CacheSnapshot(
            name, active, slabs * geometry.Num, (long)geometry.BufferSize, geometry.Num, 1L << geometry.Order,
            Limit, Batch, Shared, activeSlabs, slabs, list.Shared?.Entries.Count ?? 0);
    }
}
