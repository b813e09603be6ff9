namespace MiniKernel.Mm;

/// <summary>What a slab page points to on the host: the cache's number and, behind it, the stack each CPU sees.</summary>
/// <remarks>Native, lives as long as its KernelMm: a stale page or handle reads valid memory.</remarks>
internal unsafe struct CacheRecord
{
    /// <summary>Index into the allocator's table of caches.</summary>
    public readonly long CacheIndex;

    /// <summary>First of one pointer a CPU: the stack its fast path uses.</summary>
    public ObjectStack* FirstStack;

    /// <summary>A record whose stacks are set by the allocator.</summary>
    public CacheRecord(int cacheIndex) => CacheIndex = cacheIndex;

    /// <summary>The slot of a CPU.</summary>
    public static ObjectStack** StackOf(CacheRecord* record, int cpu) => &record->FirstStack + cpu;

    /// <summary>Bytes from a record to the slot of a CPU.</summary>
    public static ulong StackOffset(int cpu) => (ulong)(sizeof(CacheRecord) - sizeof(ObjectStack*) + (cpu * sizeof(ObjectStack*)));
}
