namespace MiniKernel.Mm;

/// <summary>What a slab page points to on the host: the cache's number and, behind it, the stack each CPU sees.</summary>
/// <remarks>Native, lives as long as its <see cref="KernelMm"/>: a stale page or handle reads valid memory.</remarks>
internal unsafe struct CacheRecord
{
    /// <summary>Index into the allocator's table of caches.</summary>
    public int CacheIndex;

#pragma warning disable CS0169, IDE0051 // keeps the pointers aligned
    private readonly int _pad;
#pragma warning restore CS0169, IDE0051

    /// <summary>First of one pointer a CPU: the stack its fast path uses.</summary>
    public ObjectStack* FirstStack;

    /// <summary>The slot of a CPU.</summary>
    public static ObjectStack** StackOf(CacheRecord* record, int cpu) => &record->FirstStack + cpu;
}
