using System.Numerics;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>Single frames that one CPU keeps of one zone; the head is the first of the list (d.3).</summary>
internal sealed class ModelPerCpuList(int high, int chunk)
{
    public LinkedList<uint> Frames { get; } = new();

    public int High => high;

    public int Chunk => chunk;
}

/// <summary>A zone: its buddy lists (d.2) and each CPU's hot and cold list (d.3).</summary>
internal sealed class ModelZone
{
    private readonly int _maxOrder;
    private readonly LinkedList<uint>[] _lists;
    private readonly Dictionary<uint, (int Order, LinkedListNode<uint> Node)> _freeBlocks = [];

    public ModelZone(ModelZoneLayout layout, int index, int maxOrder, int cpus, int pageSize)
    {
        Layout = layout;
        Index = index;
        _maxOrder = maxOrder;
        _lists = [.. Enumerable.Range(0, maxOrder).Select(_ => new LinkedList<uint>())];
        int batch = Batch(layout.Present, pageSize);
        Hot = [.. Enumerable.Range(0, cpus).Select(_ => new ModelPerCpuList(6 * batch, Math.Max(1, batch)))];
        Cold = [.. Enumerable.Range(0, cpus).Select(_ => new ModelPerCpuList(2 * batch, Math.Max(1, batch / 2)))];
        Protection = new long[layout.Protection.Length];
    }

    public ModelZoneLayout Layout { get; }

    /// <summary>Position among the configured zones.</summary>
    public int Index { get; }

    public bool IsPopulated => Layout.Spanned != 0;

    public List<ModelPerCpuList> Hot { get; }

    public List<ModelPerCpuList> Cold { get; }

    /// <summary>Frames on the buddy lists.</summary>
    public long Free { get; private set; }

    // All 0 until the slab bootstrap is done.
    public long Min { get; private set; }

    public long Low { get; private set; }

    public long High { get; private set; }

    public long[] Protection { get; private set; }

    public static int Batch(uint present, int pageSize)
    {
        long batch = present / 1024;
        if (batch * pageSize > 512 * 1024)
            batch = 512 * 1024 / pageSize;
        batch = Math.Max(1, batch / 4);
        return (1 << BitOperations.Log2((uint)(batch + batch / 2))) - 1;
    }

    public void SetWatermarks()
    {
        (Min, Low, High, Protection) = (Layout.Min, Layout.Low, Layout.High, Layout.Protection);
    }

    public ZoneSnapshot Snapshot() => new(
        Layout.Name, Layout.Start, Layout.Spanned, Layout.Present, Min, Low, High, Protection, Free,
        [.. _lists.Select(list => list.Count)], [.. Hot.Zip(Cold).SelectMany(pair => new[] { pair.First.Frames.Count, pair.Second.Frames.Count })]);

    public bool Contains(uint frame) => frame >= Layout.Start && frame < Layout.End;

    /// <summary>Takes the head of the smallest list that has a block, halving it and freeing each upper half.</summary>
    public uint? Take(int order)
    {
        for (int current = order; current < _maxOrder; current++)
        {
            if (_lists[current].First is not { } head)
                continue;
            uint block = head.Value;
            Unlink(block);
            while (current > order)
            {
                current--;
                Link(block + (1u << current), current);
            }
            return block;
        }
        return null;
    }

    /// <summary>Puts a block back, merging it upward.</summary>
    public void Return(uint block, int order)
    {
        while (order < _maxOrder - 1)
        {
            uint buddy = block ^ (1u << order);
            if (!_freeBlocks.TryGetValue(buddy, out var entry) || entry.Order != order)
                break;
            Unlink(buddy);
            block &= ~(1u << order);
            order++;
        }
        Link(block, order);
    }

    public uint? TakeSingle(ModelPerCpuList list)
    {
        if (list.Frames.Count == 0)
        {
            for (int i = 0; i < list.Chunk && Take(0) is { } frame; i++)
                list.Frames.AddLast(frame);
        }
        if (list.Frames.First is not { } first)
            return null;
        list.Frames.RemoveFirst();
        return first.Value;
    }

    public void ReturnSingle(ModelPerCpuList list, uint frame)
    {
        list.Frames.AddFirst(frame);
        if (list.Frames.Count >= list.High)
            Drain(list, list.Chunk);
    }

    /// <summary>Returns frames from the list's tail to the buddy lists.</summary>
    public void Drain(ModelPerCpuList list, int count)
    {
        for (int i = 0; i < count; i++)
        {
            uint frame = list.Frames.Last!.Value;
            list.Frames.RemoveLast();
            Return(frame, 0);
        }
    }

    /// <summary>zone_watermark_ok.</summary>
    public bool WatermarkOk(int order, long mark, int classZone, bool high, bool harder)
    {
        long min = mark, free = Free - (1L << order) + 1;
        if (high)
            min -= min / 2;
        if (harder)
            min -= min / 4;
        if (free <= min + Protection[classZone])
            return false;
        for (int o = 0; o < order; o++)
        {
            free -= (long)_lists[o].Count << o;
            min /= 2;
            if (free <= min)
                return false;
        }
        return true;
    }

    private void Link(uint block, int order)
    {
        _freeBlocks.Add(block, (order, _lists[order].AddFirst(block)));
        Free += 1L << order;
    }

    private void Unlink(uint block)
    {
        (int order, LinkedListNode<uint> node) = _freeBlocks[block];
        _freeBlocks.Remove(block);
        _lists[order].Remove(node);
        Free -= 1L << order;
    }
}
