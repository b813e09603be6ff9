namespace MiniKernel.Hal;

/// <summary>A page frame, counted from physical address 0 in pages of the profile's size.</summary>
/// <param name="Value">The frame's index.</param>
public readonly record struct PageFrameNumber(uint Value) : IComparable<PageFrameNumber>
{
    /// <summary>The frame <paramref name="frames"/> further on.</summary>
    public static PageFrameNumber operator +(PageFrameNumber frame, uint frames) => new(frame.Value + frames);

    /// <summary>The block that together with this one makes an aligned block of the next order.</summary>
    public PageFrameNumber BuddyAt(int order) => new(Value ^ (1u << order));

    /// <inheritdoc/>
    public int CompareTo(PageFrameNumber other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
