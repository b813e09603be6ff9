using System.Collections.Immutable;

namespace MiniKernel.Hal;

/// <summary>A card that reads and writes memory by itself, as on PCI: what it can address, and whether anyone answers.</summary>
/// <remarks>Unlike the ISA controller, a bus master notices when nothing answers (PCI: master abort), so a transfer to an
/// address it cannot drive, a hole, or beyond the end of RAM is refused as a whole; nothing wraps.</remarks>
internal sealed class BusMaster
{
    private readonly MemoryBus _bus;
    private readonly string _device;
    private readonly ulong _end;                  // first address the card cannot use, its holes apart
    private readonly ImmutableArray<PhysicalRange> _holes;

    /// <param name="device">Who it is, for whoever watches the bus.</param>
    /// <param name="bus">Where the bytes go.</param>
    /// <param name="profile">Says where there is RAM.</param>
    /// <param name="reach">Bytes the card's address lines reach.</param>
    public BusMaster(string device, MemoryBus bus, HardwareProfile profile, ulong reach)
    {
        _device = device;
        _bus = bus;
        _end = Math.Min(reach, profile.Ram);
        _holes = profile.MemoryMap.IsDefault ? [] : profile.MemoryMap;
    }

    /// <summary>True when RAM the card can address answers for each of the bytes.</summary>
    public bool Reaches(ulong address, uint length)
    {
        if (address > _end || length > _end - address)
            return false;
        var wanted = new PhysicalRange(address, address + length);
        foreach (PhysicalRange hole in _holes)
        {
            if (hole.Overlaps(wanted))
                return false;
        }

        return true;
    }

    /// <summary>Memory to device; false, and nothing moved, when not every byte can be reached.</summary>
    public bool TryRead(ulong address, Span<byte> destination)
    {
        if (!Reaches(address, (uint)destination.Length))
            return false;
        _bus.Read(_device, new PhysicalAddress(address), destination);
        return true;
    }

    /// <summary>Device to memory; false, and nothing moved, when not every byte can be reached.</summary>
    public bool TryWrite(ulong address, ReadOnlySpan<byte> source)
    {
        if (!Reaches(address, (uint)source.Length))
            return false;
        _bus.Write(_device, new PhysicalAddress(address), source);
        return true;
    }
}
