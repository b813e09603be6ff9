namespace MiniKernel.Mm.Tests.Model;

/// <summary>One call of a trace; its text is a line of `mk replay`.</summary>
internal abstract record TraceOperation
{
    public abstract override string ToString();

    private protected static string Hex(uint value) => $"0x{value:x}";
}

internal sealed record AllocPagesOperation(string Id, int Order, uint Gfp) : TraceOperation
{
    public override string ToString() => $"alloc_pages {Id} {Order} {Hex(Gfp)}";
}

internal sealed record FreePagesOperation(string Id) : TraceOperation
{
    public override string ToString() => $"free_pages {Id}";
}

internal sealed record KmallocOperation(string Id, ulong Size, uint Gfp) : TraceOperation
{
    public override string ToString() => $"kmalloc {Id} {Size} {Hex(Gfp)}";
}

internal sealed record KreallocOperation(string Id, ulong Size, uint Gfp) : TraceOperation
{
    public override string ToString() => $"krealloc {Id} {Size} {Hex(Gfp)}";
}

internal sealed record KfreeOperation(string Id) : TraceOperation
{
    public override string ToString() => $"kfree {Id}";
}

internal sealed record CacheCreateOperation(string Name, ulong Size, ulong Align, uint Flags) : TraceOperation
{
    public override string ToString() => $"cache_create {Name} {Size} {Align} {(Flags == 0 ? "-" : Hex(Flags))}";
}

internal sealed record CacheAllocOperation(string Id, string Name, uint Gfp) : TraceOperation
{
    public override string ToString() => $"cache_alloc {Id} {Name} {Hex(Gfp)}";
}

internal sealed record CacheFreeOperation(string Id) : TraceOperation
{
    public override string ToString() => $"cache_free {Id}";
}

internal sealed record CacheShrinkOperation(string Name) : TraceOperation
{
    public override string ToString() => $"cache_shrink {Name}";
}

internal sealed record CacheDestroyOperation(string Name) : TraceOperation
{
    public override string ToString() => $"cache_destroy {Name}";
}

internal sealed record CpuOperation(int Cpu) : TraceOperation
{
    public override string ToString() => $"cpu {Cpu}";
}

internal sealed record TickOperation(ulong Ms) : TraceOperation
{
    public override string ToString() => $"tick {Ms}";
}

/// <summary>A write of "name limit batchcount shared" to /proc/slabinfo; replay has no such call.</summary>
internal sealed record TuneOperation(string Name, int Limit, int Batch, int Shared) : TraceOperation
{
    public override string ToString() => $"# tune {Name} {Limit} {Batch} {Shared}";
}
