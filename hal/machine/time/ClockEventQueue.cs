namespace MiniKernel.Hal;

/// <summary>The pending events as a binary heap, earliest on top; each event knows its place, so cancelling is O(log n).</summary>
internal sealed class ClockEventQueue
{
    private ClockEvent[] _heap = new ClockEvent[16];

    public int Count { get; private set; }

    /// <summary>The earliest event; only when <see cref="Count"/> is not 0.</summary>
    public ClockEvent First => _heap[0];

    public void Add(ClockEvent item)
    {
        if (Count == _heap.Length)
            Array.Resize(ref _heap, Count * 2);
        Rise(item, Count++);
    }

    public void Remove(ClockEvent item)
    {
        int hole = item.HeapIndex;
        ClockEvent last = _heap[--Count];
        _heap[Count] = null!;                     // nothing behind Count is ever read
        item.HeapIndex = ClockEvent.NotQueued;
        if (last == item)
            return;
        if (hole > 0 && last.Precedes(_heap[Parent(hole)]))
            Rise(last, hole);
        else
            Sink(last, hole);
    }

    private static int Parent(int index) => (index - 1) / 2;

    private void Rise(ClockEvent item, int index)
    {
        while (index > 0 && item.Precedes(_heap[Parent(index)]))
        {
            Put(_heap[Parent(index)], index);
            index = Parent(index);
        }

        Put(item, index);
    }

    private void Sink(ClockEvent item, int index)
    {
        for (int child = (2 * index) + 1; child < Count; child = (2 * index) + 1)
        {
            if (child + 1 < Count && _heap[child + 1].Precedes(_heap[child]))
                child++;
            if (!_heap[child].Precedes(item))
                break;
            Put(_heap[child], index);
            index = child;
        }

        Put(item, index);
    }

    private void Put(ClockEvent item, int index)
    {
        _heap[index] = item;
        item.HeapIndex = index;
    }
}
