namespace MiniKernel.Mm.Tests;

/// <summary>A zone as the 2.6 sources describe it, one list entry a block: slow and plain, to compare with.</summary>
internal sealed class ReferenceZone
{
    private readonly LinkedList<uint>[] _free;
    private readonly Dictionary<uint, (int Order, LinkedListNode<uint> Node)> _heads = [];
    private readonly int _batch;

    public ReferenceZone(uint start, uint end, int present, int pageSize, int maxOrder, int cpus)
    {
        Start = start;
        End = end;
        _free = [.. Enumerable.Range(0, maxOrder).Select(_ => new LinkedList<uint>())];
        Hot = [.. Enumerable.Range(0, cpus).Select(_ => new List<uint>())];
        Cold = [.. Enumerable.Range(0, cpus).Select(_ => new List<uint>())];
        _batch = Batch(present, pageSize);
    }

    public uint Start { get; }

    public uint End { get; }

    public List<uint>[] Hot { get; }

    public List<uint>[] Cold { get; }

    public List<uint>[] FreeLists => [.. _free.Select(list => list.ToList())];

    public long FreePages => _free.Select((list, order) => (long)list.Count << order).Sum();

    public static int Batch(int present, int pageSize)
    {
        int batch = present / 1024;
        if (batch * pageSize > 512 * 1024)
            batch = 512 * 1024 / pageSize;
        batch /= 4;
        if (batch < 1)
            batch = 1;
        int power = 1;
        while (power * 2 <= batch + (batch / 2))
            power *= 2;
        return power - 1;
    }

    public uint? TakeBlock(int order)
    {
        for (int found = order; found < _free.Length; found++)
        {
            if (_free[found].First is not { } node)
                continue;
            uint block = node.Value;
            Remove(block);
            for (int half = found - 1; half >= order; half--)
                Add(block + (1u << half), half);
            return block;
        }
        return null;
    }

    public void ReturnBlock(uint block, int order)
    {
        while (order < _free.Length - 1 && _heads.TryGetValue(block ^ (1u << order), out var buddy) && buddy.Order == order)
        {
            Remove(block ^ (1u << order));
            block &= ~(1u << order);
            order++;
        }
        Add(block, order);
    }

    public uint? TakePage(int cpu, bool cold)
    {
        List<uint> list = (cold ? Cold : Hot)[cpu];
        if (list.Count == 0)
        {
            for (int i = Math.Max(1, cold ? _batch / 2 : _batch); i > 0 && TakeBlock(0) is { } refill; i--)
                list.Add(refill);
        }
        if (list.Count == 0)
            return null;
        uint frame = list[0];
        list.RemoveAt(0);
        return frame;
    }

    public void FreePage(int cpu, uint frame)
    {
        List<uint> list = Hot[cpu];
        list.Insert(0, frame);
        if (list.Count >= 6 * _batch)
            ReturnTail(list, Math.Max(1, _batch));
    }

    public void Drain(int cpu)
    {
        ReturnTail(Hot[cpu], Hot[cpu].Count);
        ReturnTail(Cold[cpu], Cold[cpu].Count);
    }

    private void ReturnTail(List<uint> list, int count)
    {
        for (; count > 0; count--)
        {
            uint frame = list[^1];
            list.RemoveAt(list.Count - 1);
            ReturnBlock(frame, 0);
        }
    }

    private void Add(uint block, int order) => _heads[block] = (order, _free[order].AddFirst(block));

    private void Remove(uint block)
    {
        _heads.Remove(block, out var head);
        _free[head.Order].Remove(head.Node);
    }
}
