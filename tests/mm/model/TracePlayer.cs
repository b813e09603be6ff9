namespace MiniKernel.Mm.Tests.Model;

/// <summary>Runs a trace's operations on a target and remembers what each ID stands for.</summary>
internal sealed class TracePlayer(ITraceTarget target)
{
    private readonly Dictionary<string, (Outcome Where, int Order, string Cache)> _ids = [];

    public Outcome Apply(TraceOperation operation)
    {
        switch (operation)
        {
            case AllocPagesOperation call:
                return Remember(call.Id, target.AllocPages(call.Order, call.Gfp), call.Order, "");
            case FreePagesOperation call:
                return Forget(call.Id) is { Where.Kind: OutcomeKind.Address } pages ? target.FreePages(pages.Where.Value, pages.Order) : Outcome.Done();
            case KmallocOperation call:
                return Remember(call.Id, target.Kmalloc(call.Size, call.Gfp), 0, "");
            case KreallocOperation call:
                return Krealloc(call);
            case KfreeOperation call:
                return target.Kfree(Forget(call.Id).Where);
            case CacheCreateOperation call:
                return target.CacheCreate(call.Name, call.Size, call.Align, call.Flags);
            case CacheAllocOperation call:
                return Remember(call.Id, target.CacheAlloc(call.Name, call.Gfp), 0, call.Name);
            case CacheFreeOperation call:
                return Forget(call.Id) is { Where.Kind: OutcomeKind.Address } item ? target.CacheFree(item.Cache, item.Where.Value) : Outcome.Done();
            case CacheShrinkOperation call:
                return target.CacheShrink(call.Name);
            case CacheDestroyOperation call:
                return target.CacheDestroy(call.Name);
            case TuneOperation call:
                return target.Tune(call.Name, call.Limit, call.Batch, call.Shared);
            case CpuOperation call:
                return target.Cpu(call.Cpu);
            case TickOperation call:
                return target.Tick(call.Ms);
            default:
                throw new ArgumentException($"unknown operation {operation}", nameof(operation));
        }
    }

    private Outcome Krealloc(KreallocOperation call)
    {
        Outcome result = target.Krealloc(_ids[call.Id].Where, call.Size, call.Gfp);
        if (result.Kind is OutcomeKind.Address or OutcomeKind.Zero)
            _ids[call.Id] = (result, 0, "");
        return result;
    }

    private Outcome Remember(string id, Outcome result, int order, string cache)
    {
        _ids.Add(id, (result, order, cache));
        return result;
    }

    private (Outcome Where, int Order, string Cache) Forget(string id)
    {
        var known = _ids[id];
        _ids.Remove(id);
        return known;
    }
}
