namespace MiniKernel.Mm;

/// <content>Work counters of every cache there is or was.</content>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    /// <inheritdoc/>
    public (SlabCounters Work, ulong LocksTaken) Counters
    {
        get
        {
            SlabCounters sum = default;
            ulong locks = 0;
            KmemCache[] caches = Volatile.Read(ref _byIndex);
            for (int i = 0; i < caches.Length && caches[i] is { } cache; i++)
            {
                sum.Refills += cache.Counters.Refills;
                sum.Examined += cache.Counters.Examined;
                sum.Flushes += cache.Counters.Flushes;
                sum.Moves += cache.Counters.Moves;
                sum.Made += cache.Counters.Made;
                sum.Destroyed += cache.Counters.Destroyed;
                locks += cache.Lock.Taken;
            }
            return (sum, locks);
        }
    }
}
