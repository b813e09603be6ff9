using System.Buffers.Binary;

namespace MiniKernel.Hal;

/// <summary>One of the network card's descriptor rings: the registers, and the descriptors they point to.</summary>
/// <remarks>Head stays below the count. A tail beyond it is refused, so the card stops after one round at the latest,
/// whatever memory says.</remarks>
internal sealed class NicRing(BusMaster bus)
{
    private ulong _base;

    public readonly record struct Descriptor(ulong Address, ushort Length, NicDescriptorFlags Flags)
    {
        public bool Has(NicDescriptorFlags flag) => (Flags & flag) != 0;
    }

    public uint BaseLow
    {
        get => (uint)_base;
        set => Place((_base & ~(ulong)uint.MaxValue) | value, Count);
    }

    public uint BaseHigh
    {
        get => (uint)(_base >> 32);
        set => Place((uint)_base | ((ulong)value << 32), Count);
    }

    public uint Count { get; private set; }

    public uint Head { get; private set; }

    public uint Tail { get; private set; }

    public bool IsEmpty => Head == Tail;

    private ulong HeadAddress => _base + ((ulong)Head * NicDescriptor.Bytes);

    public void SetCount(uint count) => Place(_base, count);

    public void Reset() => Place(0, 0);

    /// <returns>False when the ring has no such descriptor; the tail stays where it was.</returns>
    public bool TrySetTail(uint tail)
    {
        if (tail >= Count)
            return false;
        Tail = tail;
        return true;
    }

    /// <summary>Looks at the head; only when the ring is not empty.</summary>
    /// <returns>False when it is out of reach.</returns>
    public bool TryFetch(out Descriptor descriptor)
    {
        Span<byte> raw = stackalloc byte[NicDescriptor.Bytes];
        bool reached = bus.TryRead(HeadAddress, raw);
        descriptor = reached ? Parse(raw) : default;
        return reached;
    }

    /// <summary>Gives the head back to the driver and goes on to the next.</summary>
    /// <param name="length">What the card reports as length.</param>
    /// <param name="flags">What it reports; less OWN.</param>
    public void GiveBack(ushort length, NicDescriptorFlags flags)
    {
        Span<byte> raw = stackalloc byte[2 * sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(raw, length);
        BinaryPrimitives.WriteUInt16LittleEndian(raw[sizeof(ushort)..], (ushort)(flags & ~NicDescriptorFlags.Own));
        _ = bus.TryWrite(HeadAddress + NicDescriptor.LengthOffset, raw);   // it was fetched from there
        Head = Head + 1 == Count ? 0 : Head + 1;
    }

    private static Descriptor Parse(ReadOnlySpan<byte> raw) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(raw[NicDescriptor.AddressOffset..]),
        BinaryPrimitives.ReadUInt16LittleEndian(raw[NicDescriptor.LengthOffset..]),
        (NicDescriptorFlags)BinaryPrimitives.ReadUInt16LittleEndian(raw[NicDescriptor.FlagsOffset..]));

    private void Place(ulong start, uint count)
    {
        (_base, Count) = (start, count);
        Head = Tail = 0;
    }
}
