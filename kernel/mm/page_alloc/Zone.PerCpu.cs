using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>The zone's per-CPU lists: refill, flush, drain.</summary>
internal sealed unsafe partial class Zone
{
    /// <summary>The list an ordinary free goes to and an ordinary allocation comes from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PerCpuPages* HotList(int cpu) => (PerCpuPages*)(_perCpu + ((nuint)(2 * cpu) * PerCpuPages.SizeInBytes));

    /// <summary>The list __GFP_COLD asks for.</summary>
    public PerCpuPages* ColdList(int cpu) => (PerCpuPages*)(_perCpu + ((nuint)((2 * cpu) + 1) * PerCpuPages.SizeInBytes));

    /// <summary>Frames on all its per-CPU lists.</summary>
    public long PerCpuCount
    {
        get
        {
            long count = 0;
            for (int cpu = 0; cpu < _cpus; cpu++)
                count += HotList(cpu)->Count + ColdList(cpu)->Count;
            return count;
        }
    }

    /// <summary>buffered_rmqueue: a single frame from the CPU's list, refilled when empty; a block from the buddy.</summary>
    /// <returns>The first frame; 0 when the zone has none.</returns>
    public uint TakeFor(int cpu, int order, bool cold)
    {
        if (order != 0)
            return TryTakeBlock(order, out PageFrameNumber block) ? block.Value : 0;
        PerCpuPages* list = cold ? ColdList(cpu) : HotList(cpu);
        if (list->Count == 0 && !Refill(list, cpu, cold))
            return 0;
        uint frame = PerCpuPages.PopHead(list);
        Trace.Sink?.Trace(new PcpTakeEvent(Layout, cpu, cold, new PageFrameNumber(frame), list->Count));
        return frame;
    }

    /// <summary>rmqueue_bulk: moves up to a chunk from the buddy to an empty list, the first one taken to the head.</summary>
    private bool Refill(PerCpuPages* list, int cpu, bool cold)
    {
        _lock.Enter();
        _counters.Refills++;
        for (uint i = 0; i < list->Chunk; i++)
        {
            uint frame = Take(0);
            if (frame == 0)
                break;
            PerCpuPages.PushTail(list, frame);
        }
        _lock.Exit();
        if (list->Count != 0)
            Trace.Sink?.Trace(new PcpRefillEvent(Layout, cpu, cold, list->Count));
        return list->Count != 0;
    }

    /// <summary>free_hot_cold_page: frees one frame to the head of a list, and a chunk from its tail when it is full.</summary>
    public void FreeTo(PerCpuPages* list, uint frame)
    {
        if (PerCpuPages.PushHead(list, frame) >= list->High)
            Flush(list);
    }

    /// <summary>Returns a chunk from the tail to the buddy.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Flush(PerCpuPages* list) => ReturnTail(list, list->Chunk);

    /// <summary>drain_pages for one CPU: hot before cold.</summary>
    public void Drain(int cpu)
    {
        ReturnTail(HotList(cpu), HotList(cpu)->Count);
        ReturnTail(ColdList(cpu), ColdList(cpu)->Count);
    }

    private void ReturnTail(PerCpuPages* list, uint frames)
    {
        _lock.Enter();
        try
        {
            _counters.Flushes += frames != 0 ? 1u : 0;
            for (; frames > 0; frames--)
                ReturnSingle(PerCpuPages.PopTail(list));
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void ReturnSingle(uint frame)
    {
        Trace.Sink?.Trace(new PagePcpuDrainEvent(new PageFrameNumber(frame)));
        Return(frame, 0);
    }
}
