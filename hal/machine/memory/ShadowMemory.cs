using System.Runtime.CompilerServices;

namespace MiniKernel.Hal;

/// <summary>A byte beside each byte of RAM that says whether software and devices may touch it, and if not, why.</summary>
/// <remarks>Takes no host memory until it is written, like RAM itself (but on Windows, where all of it is committed at
/// once, so that any of it can be read). Addresses are physical: whichever way a byte is mapped, it has one shadow. Unsafe:
/// callers keep to RAM; each method says what it checks.</remarks>
public sealed unsafe class ShadowMemory : IDisposable
{
    private const ulong OpenBytes = 0x0101_0101_0101_0101;
    private const int Slack = sizeof(ulong);      // so that the last byte can be looked at with a whole word
    private readonly NativeRegion _region;

    internal ShadowMemory(ulong size)
    {
        Size = size;
        _region = new NativeRegion(size + Slack);
        _region.Commit(0, size + Slack);
    }

    /// <summary>Bytes of RAM it stands for.</summary>
    public ulong Size { get; }

    /// <summary>Host address of the shadow byte of physical address 0; valid until <see cref="Dispose"/>.</summary>
    public byte* Base => _region.Base;

    /// <summary>What is known of one byte of RAM.</summary>
    public ShadowByte this[PhysicalAddress address] => address.Value < Size ? (ShadowByte)_region.Base[address.Value] : ShadowByte.Nobody;

    /// <summary>May these bytes be touched? The first question of every access: up to 8 bytes are one load and one compare.</summary>
    /// <returns>False also for bytes beyond the end of RAM.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsOpen(PhysicalAddress start, ulong length)
    {
        if (length - 1 >= sizeof(ulong) || start.Value > Size - length)
            return OpenLength(start, length) == length;
        ulong shadow = Unsafe.ReadUnaligned<ulong>(_region.Base + start.Value);
        return (shadow ^ OpenBytes) << (int)(64 - (8 * length)) == 0;
    }

    /// <summary>How many bytes from there on may be touched, <paramref name="length"/> at most.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ulong OpenLength(PhysicalAddress start, ulong length)
    {
        ulong left = start.Value < Size ? Math.Min(length, Size - start.Value) : 0, done = 0;
        while (done < left)
        {
            int step = (int)Math.Min(left - done, 1 << 30);
            int closed = new ReadOnlySpan<byte>(_region.Base + start.Value + done, step).IndexOfAnyExcept((byte)ShadowByte.Open);
            if (closed >= 0)
                return done + (ulong)closed;
            done += (ulong)step;
        }
        return done;
    }

    /// <summary>Says the same of a stretch of bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The stretch leaves RAM.</exception>
    public void Fill(PhysicalAddress start, ulong length, ShadowByte value)
    {
        if (start.Value > Size || length > Size - start.Value)
            throw new ArgumentOutOfRangeException(nameof(start), $"{start}+{length} leaves the {Size} bytes of RAM");
        for (ulong done = 0; done < length;)
        {
            int step = (int)Math.Min(length - done, 1 << 30);
            new Span<byte>(_region.Base + start.Value + done, step).Fill((byte)value);
            done += (ulong)step;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _region.Dispose();
}
