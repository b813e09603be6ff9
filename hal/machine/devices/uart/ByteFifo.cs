namespace MiniKernel.Hal;

/// <summary>A FIFO of a fixed number of bytes, as a UART has two of.</summary>
internal sealed class ByteFifo(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];
    private int _first;

    public int Count { get; private set; }

    /// <returns>False when it is full; the byte is lost then.</returns>
    public bool TryPush(byte value)
    {
        if (Count == _bytes.Length)
            return false;
        _bytes[(_first + Count++) % _bytes.Length] = value;
        return true;
    }

    /// <returns>False when it is empty.</returns>
    public bool TryPop(out byte value)
    {
        value = 0;
        if (Count == 0)
            return false;
        value = _bytes[_first];
        _first = (_first + 1) % _bytes.Length;
        Count--;
        return true;
    }

    public void Clear() => Count = 0;
}
