using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>mempool_t: a reserve of elements for those who must not fail (Linux 2.6.24 mm/mempool.c).</summary>
public sealed class Mempool
{
    private readonly Lock _lock = new();
    private ulong[] _reserve;                     // a stack: the last one in is the first one out

    internal Mempool(MempoolSource source, int minimum, VirtualAddress descriptor, VirtualAddress elements)
    {
        Source = source;
        Descriptor = descriptor;
        Elements = elements;
        _reserve = new ulong[minimum];
        MinimumCount = minimum;
        Waiters = new MmWaitQueue($"an element of a mempool of {source.What}");
    }

    /// <summary>min_nr: elements the reserve holds when it is full.</summary>
    public int MinimumCount { get; private set; }

    /// <summary>curr_nr: elements in the reserve.</summary>
    public int CurrentCount { get; private set; }

    /// <summary>Where the mempool_t lies.</summary>
    public VirtualAddress Descriptor { get; }

    /// <summary>What the elements are, for reports: a cache's name, "kmalloc(100)", "pages of order 0", "driver callbacks".</summary>
    public string What => Source.What;

    /// <summary>Bytes of an element; 0 when only its driver knows.</summary>
    public ulong ElementSize => Source.Size;

    /// <summary>True when a driver's own functions make the elements.</summary>
    public bool HasCallbacks => Source is CallbackSource;

    /// <summary>False once it is destroyed.</summary>
    public bool IsAlive { get; internal set; } = true;

    internal MempoolSource Source { get; }

    /// <summary>Memory of the array of elements.</summary>
    internal VirtualAddress Elements { get; private set; }

    internal MmWaitQueue Waiters { get; }

    /// <summary>Pools of pages deal in frames, all others in addresses.</summary>
    internal bool IsOfPages => Source is PageSource;

    internal bool TryPush(ulong element)
    {
        lock (_lock)
        {
            if (CurrentCount >= MinimumCount)
                return false;
            _reserve[CurrentCount++] = element;
            return true;
        }
    }

    internal bool TryPop(out ulong element)
    {
        lock (_lock)
        {
            bool any = CurrentCount != 0;
            element = any ? _reserve[--CurrentCount] : 0;
            return any;
        }
    }

    /// <summary>The reserve is smaller from now on.</summary>
    /// <returns>False when it holds more than that: one element comes out, and it is to be tried again.</returns>
    internal bool TryShrink(int minimum, out ulong element)
    {
        lock (_lock)
        {
            bool fits = CurrentCount <= minimum;
            element = fits ? 0 : _reserve[--CurrentCount];
            if (fits)
                MinimumCount = Math.Min(minimum, MinimumCount);
            return fits;
        }
    }

    /// <summary>The reserve is larger from now on, with an array of its own size.</summary>
    /// <returns>The old array's memory; the new one's when somebody else has made the reserve as large meanwhile.</returns>
    internal VirtualAddress Grow(int minimum, VirtualAddress elements)
    {
        lock (_lock)
        {
            if (minimum <= MinimumCount)
                return elements;
            Array.Resize(ref _reserve, minimum);
            (VirtualAddress old, Elements) = (Elements, elements);
            MinimumCount = minimum;
            return old;
        }
    }
}
