using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Tells why an allocation lands where it does: makes it, listens to what mm says meanwhile, and gives it back.</summary>
/// <remarks>What the allocation left behind stays: a slab that was added is there, on the free list, and the next colour is another.</remarks>
public sealed class Explainer(Kernel kernel)
{
    private readonly TraceEvents _events = new(PageMapPlace.Of(kernel.Mm));

    /// <summary>Explains kmalloc.</summary>
    public Explanation Kmalloc(int cpu, ulong size, GfpFlags flags) => Explain(
        cpu, $"kmalloc({size}, {GfpText.Of(flags)}) on CPU {cpu}", mm => mm.Kmalloc(mm.Cpu(cpu), size, flags), static (mm, on, p) => mm.Kfree(on, p));

    /// <summary>Explains kmem_cache_alloc.</summary>
    public Explanation CacheAlloc(int cpu, KmemCache cache, GfpFlags flags) => Explain(
        cpu, $"kmem_cache_alloc({cache}, {GfpText.Of(flags)}) on CPU {cpu}", mm => mm.KmemCacheAlloc(mm.Cpu(cpu), cache, flags), (mm, on, p) => mm.KmemCacheFree(on, cache, p));

    /// <summary>Explains alloc_pages.</summary>
    public Explanation AllocPages(int cpu, int order, GfpFlags flags)
    {
        PageFrameNumber? frame = null;
        return Explain(
            cpu, $"alloc_pages({GfpText.Of(flags)}, {order}) on CPU {cpu}",
            mm =>
            {
                frame = mm.AllocPages(mm.Cpu(cpu), flags, order);
                return frame is { } first ? new VirtualAddress(mm.PhysicalOf(first).Value) : default;   // physical: HighMem has no other
            },
            (mm, on, _) => mm.FreePages(on, frame!.Value, order));
    }

    /// <summary>Explains an allocation of the past, if somebody listened then.</summary>
    /// <param name="history">Who listened; null for nobody.</param>
    /// <param name="address">Any address in it.</param>
    public Explanation Address(AllocationHistory? history, ulong address)
    {
        VirtualAddress p = new(address);
        if (!kernel.Mm.TryTranslate(p, out PhysicalAddress physical))
            physical = new PhysicalAddress(address);
        VirtualAddress inMap = kernel.Mm.PhysToVirt(physical);
        FrameInfo frame = kernel.Mm.Inspect(new PageFrameNumber((uint)(physical.Value >> kernel.Machine.Profile.PageShift)));
        SlabPlace? place = inMap.IsNull ? null : kernel.Mm.InspectSlab(inMap);
        List<ExplainedStep> steps = [];
        bool isKnown = true;
        if (place is { Use: SlabUse.Allocated })
        {
            IReadOnlyList<TraceRecord>? own = history?.OfObject(place.Object.Value);
            if (own?.Any(record => record.Happened is CacheGrowEvent { Frame: { } grown } && grown == frame.First) != true)
                Append(steps, history?.OfSlab(frame.First.Value), 0);
            isKnown = Append(steps, own, 0);
        }
        else if (frame.Use == FrameUse.Allocated)
        {
            isKnown = Append(steps, history?.OfPages(frame.First.Value), 0);
        }
        return new Explanation($"0x{address:x}", steps, WhatIs.Of(kernel, address), isKnown);
    }

    private Explanation Explain(int cpu, string request, Func<KernelMm, VirtualAddress> take, Action<KernelMm, MmCpu, VirtualAddress> giveBack)
    {
        KernelMm mm = kernel.Mm;
        CpuState running = kernel.Current;
        kernel.Current = kernel.Cpu(cpu);
        IFaultInjector? faults = mm.Faults;
        mm.Faults = null;                          // it is the machine's answer that is asked for
        List<TraceRecord> records = [];
        try
        {
            VirtualAddress p = Record(records, () => take(mm));
            List<ExplainedStep> steps = [];
            Append(steps, records, 0);
            IReadOnlyList<Fact> result = p.IsZeroOrNull ? [new Fact("result", p.IsNull ? "NULL" : "ZERO_SIZE_PTR: a pointer to no bytes")] : WhatIs.Of(kernel, p.Value);
            if (!p.IsZeroOrNull)
                giveBack(mm, mm.Cpu(cpu), p);
            return new Explanation(request, steps, result);
        }
        catch (KernelOopsException oops)
        {
            List<ExplainedStep> steps = [];
            Append(steps, records, 0);
            return new Explanation(request, steps, [new Fact("result", oops.Message)]);
        }
        finally
        {
            mm.Faults = faults;
            kernel.Current = running;
        }
    }

    private VirtualAddress Record(List<TraceRecord> records, Func<VirtualAddress> take)
    {
        Action<TraceRecord> listener = records.Add;
        kernel.Trace.AddListener(listener);
        try
        {
            return take();
        }
        finally
        {
            kernel.Trace.RemoveListener(listener);
        }
    }

    private bool Append(List<ExplainedStep> steps, IEnumerable<TraceRecord>? records, int depth)
    {
        if (records is null)
            return false;
        foreach (TraceRecord record in records)
        {
            if (record.Happened is CacheGrowEvent or ReclaimEndEvent)
                depth--;
            bool isOneMoreSplit = record.Happened is BuddySplitEvent { To: 0 } && steps is [.., { Event: "buddy_split" }];      // of a batch
            if (!isOneMoreSplit && StepText.Of(record.Happened) is { } text)
                steps.Add(StepOf(record, text, Math.Max(depth, 0)));
            if (record.Happened is CacheGrowBeginEvent or ReclaimBeginEvent)
                depth++;
        }
        return true;
    }

    private ExplainedStep StepOf(TraceRecord record, string text, int depth)
    {
        TraceFormat format = _events.FormatOf(record.Happened);
        int wordBytes = kernel.Machine.Profile.WordBytes;
        return new ExplainedStep(format.Name, text, [.. format.Fields.Select(field => KeyValuePair.Create(field.Name, field.Of(record).Text(wordBytes)))], depth);
    }
}
