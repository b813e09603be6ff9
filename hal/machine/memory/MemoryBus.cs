using System.Collections.Immutable;

namespace MiniKernel.Hal;

/// <summary>What a bus master meets at a physical address: RAM, or nothing (a hole, or beyond the end of RAM).</summary>
/// <remarks>Where nothing answers, reads give 0xff and writes are lost, as on a PC.</remarks>
internal sealed class MemoryBus
{
    private const byte FloatingBus = 0xff;
    private readonly PhysicalMemory _memory;
    private readonly ImmutableArray<PhysicalRange> _holes;

    public MemoryBus(PhysicalMemory memory, ImmutableArray<PhysicalRange> holes)
    {
        _memory = memory;
        _holes = holes.IsDefault ? [] : holes;
    }

    /// <summary>Hears of every transfer; null when nobody does.</summary>
    public IBusWatcher? Watcher { get; set; }

    public void Read(string device, PhysicalAddress address, Span<byte> destination)
    {
        Watcher?.BeforeTransfer(device, address, destination.Length, isWrite: false);
        while (!destination.IsEmpty)
        {
            int length = Stretch(address, destination.Length, out bool isRam);
            if (isRam)
                Ram(address, length).CopyTo(destination);
            else
                destination[..length].Fill(FloatingBus);
            address += (ulong)length;
            destination = destination[length..];
        }
    }

    public void Write(string device, PhysicalAddress address, ReadOnlySpan<byte> source)
    {
        Watcher?.BeforeTransfer(device, address, source.Length, isWrite: true);
        while (!source.IsEmpty)
        {
            int length = Stretch(address, source.Length, out bool isRam);
            if (isRam)
                source[..length].CopyTo(Ram(address, length));
            address += (ulong)length;
            source = source[length..];
        }
    }

    private Span<byte> Ram(PhysicalAddress address, int length)
    {
        _memory.Commit(address, (ulong)length);
        return _memory.Slice(address, length);
    }

    // How many of the next bytes are of one kind.
    private int Stretch(PhysicalAddress address, int length, out bool isRam)
    {
        ulong start = address.Value, end = start + (ulong)length;
        isRam = start < _memory.Size;
        if (!isRam)
            return length;
        end = Math.Min(end, _memory.Size);
        foreach (PhysicalRange hole in _holes)
        {
            if (start >= hole.Start && start < hole.End)
            {
                isRam = false;
                return (int)(Math.Min(end, hole.End) - start);
            }

            if (hole.Start > start)
                end = Math.Min(end, hole.Start);
        }

        return (int)(end - start);
    }
}
