namespace MiniKernel.Hal;

/// <summary>The machine's RAM: one native region at a fixed host address, committed by the host as it is touched.</summary>
/// <remarks>A 64 GiB machine costs nothing until its pages are used: mmap with NORESERVE on Linux and macOS, reserve and
/// commit on Windows, where whoever first uses a stretch calls <see cref="Commit"/>.</remarks>
public sealed unsafe class PhysicalMemory : IDisposable
{
    private readonly NativeRegion _region;

    /// <summary>Reserves <paramref name="size"/> bytes of zeroed memory.</summary>
    public PhysicalMemory(ulong size)
    {
        Size = size;
        _region = new NativeRegion(size);
    }

    /// <summary>Bytes of RAM.</summary>
    public ulong Size { get; }

    /// <summary>Host address of physical address 0; valid until <see cref="Dispose"/>.</summary>
    public byte* Base => _region.Base;

    /// <summary>Makes a stretch usable. Costs nothing where the host commits on first touch.</summary>
    public void Commit(PhysicalAddress start, ulong length) => _region.Commit(start.Value, length);

    /// <summary>A window on RAM for a device.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window leaves RAM.</exception>
    public Span<byte> Slice(PhysicalAddress start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (start.Value > Size || (ulong)length > Size - start.Value)
            throw new ArgumentOutOfRangeException(nameof(start), $"{start}+{length} leaves the {Size} bytes of RAM");
        return new Span<byte>(Base + start.Value, length);
    }

    /// <inheritdoc/>
    public void Dispose() => _region.Dispose();
}
