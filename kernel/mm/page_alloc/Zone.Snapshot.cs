namespace MiniKernel.Mm;

/// <summary>What /proc shows of the zone.</summary>
internal sealed unsafe partial class Zone
{
    /// <summary>A record of the zone's state; allocates.</summary>
    public ZoneInfo Snapshot()
    {
        var blocks = new uint[_maxOrder];
        for (int order = 0; order < _maxOrder; order++)
            blocks[order] = FreeBlocks(order);
        var pagesets = new PagesetInfo[2 * _cpus];
        for (int cpu = 0; cpu < _cpus; cpu++)
        {
            pagesets[2 * cpu] = Pageset(cpu, false, HotList(cpu));
            pagesets[(2 * cpu) + 1] = Pageset(cpu, true, ColdList(cpu));
        }
        return new ZoneInfo(
            Layout.Name, Layout.StartFrame, Layout.Spanned, Layout.Present, (uint)FreePages,
            (uint)Min, (uint)Low, (uint)High, [.. _reserve.Select(reserve => (uint)reserve)], blocks, pagesets,
            (uint)SlabReclaimable, (uint)SlabUnreclaimable);
    }

    private static PagesetInfo Pageset(int cpu, bool cold, PerCpuPages* list) => new(cpu, cold, list->Count, list->High, list->Chunk);
}
