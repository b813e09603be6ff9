using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>What a byte of a slab belongs to.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    /// <inheritdoc/>
    public SlabPlace? Inspect(ulong address)
    {
        if (CacheOf(address) is not { } cache)
            return null;
        ulong slab = _pageMap[(address - _map.Base) >> _pageShift].Slab;
        byte* host = _map.Host(slab);
        if (!HoldsTogether(cache, slab, host))
            return Place(cache, slab, SlabUse.Damaged);
        var fields = new Slab<TWord>(host);
        if (address < fields.Mem)
            return Place(cache, slab, SlabUse.Management);
        ulong index = (address - fields.Mem) / cache.BufferSize;
        if (index >= cache.ObjectsPerSlab)
            return Place(cache, slab, SlabUse.LeftOver);
        ulong buffer = fields.Mem + (index * cache.BufferSize);
        SlabUse use = UseOf(cache, fields.Bufctl[index], buffer, out int cpu, out uint above);
        return new SlabPlace(
            cache, new VirtualAddress(slab), use, (uint)index, new VirtualAddress(buffer + cache.Geometry.ObjectOffset), cpu, above);
    }

    private static SlabPlace Place(KmemCache cache, ulong slab, SlabUse use) => new(cache, new VirtualAddress(slab), use, 0, default);

    private static SlabUse UseOf(KmemCache cache, uint bufctl, ulong buffer, out int cpu, out uint above)
    {
        (cpu, above) = (-1, 0);
        if (bufctl != BufctlFree)
            return SlabUse.Free;
        for (int other = 0; other < cache.Arrays.Length; other++)
        {
            if (cache.Arrays[other] is not { } array || !TryDepth(array, buffer, out above))
                continue;
            cpu = other;
            return SlabUse.OnStack;
        }
        return cache.Shared is { } shared && TryDepth(shared, buffer, out above) ? SlabUse.InSharedArray : SlabUse.Allocated;
    }

    private static bool TryDepth(ArrayCache array, ulong buffer, out uint above)
    {
        int at = new ReadOnlySpan<ulong>(ObjectStack.Entries(array.Stack), (int)array.Stack->Available).LastIndexOf(buffer);
        above = at < 0 ? 0 : array.Stack->Available - 1 - (uint)at;
        return at >= 0;
    }
}
