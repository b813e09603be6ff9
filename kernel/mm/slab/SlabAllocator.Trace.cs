using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>What a tracer is told; each is called only while there is one. SLAB's own use of caches is told like anybody's.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    /// <summary>kmem_cache_alloc for mm itself.</summary>
    private ulong AllocateFrom(KmemCache cache, int cpu, GfpFlags flags)
    {
        ulong obj = AllocateOwn(cache, cpu, flags);
        _trace.Sink?.Trace(new CacheAllocEvent(new VirtualAddress(obj), cache, flags, IsOwn: true));
        return obj;
    }

    /// <summary>kmem_cache_free for mm itself.</summary>
    private void FreeTo(KmemCache cache, int cpu, ulong obj)
    {
        Free(cache, cpu, obj);
        _trace.Sink?.Trace(new CacheFreeEvent(new VirtualAddress(obj), cache, IsOwn: true));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TraceTaken(KmemCache cache, int cpu, ulong buffer) =>
        _trace.Sink?.Trace(new ObjectTakenEvent(cache, cpu, new VirtualAddress(buffer), ArrayOf(cache, cpu).Stack->Available));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TracePut(KmemCache cache, int cpu, ulong buffer) =>
        _trace.Sink?.Trace(new ObjectPutEvent(cache, cpu, new VirtualAddress(buffer), ArrayOf(cache, cpu).Stack->Available));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TraceRefill(KmemCache cache, bool isFree, ulong slab, uint objects) =>
        _trace.Sink?.Trace(new CacheRefillEvent(cache, isFree ? RefillSource.Free : RefillSource.Partial, new VirtualAddress(slab), objects));
}
