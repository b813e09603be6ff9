namespace MiniKernel.Hal;

/// <summary>A byte address on the machine's memory bus, as a DMA controller or a zone limit sees it.</summary>
/// <param name="Value">Bytes from the start of physical memory.</param>
public readonly record struct PhysicalAddress(ulong Value) : IComparable<PhysicalAddress>
{
    /// <summary>The address <paramref name="bytes"/> further on.</summary>
    public static PhysicalAddress operator +(PhysicalAddress address, ulong bytes) => new(address.Value + bytes);

    /// <summary>Bytes from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static ulong operator -(PhysicalAddress to, PhysicalAddress from) => to.Value - from.Value;

    /// <inheritdoc/>
    public int CompareTo(PhysicalAddress other) => Value.CompareTo(other.Value);

    /// <summary>Hexadecimal with 0x and no padding, as Linux prints a resource_size_t.</summary>
    public override string ToString() => $"0x{Value:x}";
}
