namespace MiniKernel.Hal;

/// <summary>An address as kernel code uses it: what kmalloc returns and kfree takes.</summary>
/// <param name="Value">The address; on a 32-bit profile never above 0xffffffff.</param>
public readonly record struct VirtualAddress(ulong Value) : IComparable<VirtualAddress>
{
    /// <summary>The NULL pointer.</summary>
    public static VirtualAddress Null => default;

    /// <summary>What kmalloc(0) returns: not NULL, not dereferenceable (Linux 2.6.22 and later, ZERO_SIZE_PTR).</summary>
    public static VirtualAddress ZeroSizePointer => new(16);

    /// <summary>True for the NULL pointer only.</summary>
    public bool IsNull => Value == 0;

    /// <summary>ZERO_OR_NULL_PTR: true for NULL and for what a zero-sized allocation returned.</summary>
    public bool IsZeroOrNull => Value <= 16;

    /// <summary>The address <paramref name="bytes"/> further on.</summary>
    public static VirtualAddress operator +(VirtualAddress address, ulong bytes) => new(address.Value + bytes);

    /// <summary>Bytes from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static ulong operator -(VirtualAddress to, VirtualAddress from) => to.Value - from.Value;

    /// <inheritdoc/>
    public int CompareTo(VirtualAddress other) => Value.CompareTo(other.Value);

    /// <summary>Hexadecimal with 0x and no padding.</summary>
    public override string ToString() => $"0x{Value:x}";
}
