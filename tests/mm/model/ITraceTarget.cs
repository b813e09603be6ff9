namespace MiniKernel.Mm.Tests.Model;

/// <summary>What a trace is run on: the model or the real allocator. Addresses are physical.</summary>
internal interface ITraceTarget
{
    /// <summary>Every configured zone, low to high.</summary>
    IReadOnlyList<ZoneSnapshot> Zones { get; }

    /// <summary>Every cache, newest first; none where /proc/slabinfo is not.</summary>
    IReadOnlyList<CacheSnapshot> Caches { get; }

    Outcome AllocPages(int order, uint gfp);

    Outcome FreePages(ulong physical, int order);

    Outcome Kmalloc(ulong size, uint gfp);

    Outcome Krealloc(Outcome old, ulong size, uint gfp);

    Outcome Kfree(Outcome pointer);

    Outcome CacheCreate(string name, ulong size, ulong align, uint flags);

    Outcome CacheAlloc(string name, uint gfp);

    Outcome CacheFree(string name, ulong physical);

    Outcome CacheShrink(string name);

    Outcome CacheDestroy(string name);

    /// <summary>Done, also when the numbers are ignored or memory ran out.</summary>
    Outcome Tune(string name, int limit, int batch, int shared);

    Outcome Cpu(int cpu);

    Outcome Tick(ulong ms);
}
