using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>A stretch of page frames.</summary>
/// <param name="Start">First frame.</param>
/// <param name="End">First frame behind it.</param>
internal readonly record struct FrameRange(uint Start, uint End)
{
    /// <summary>Every frame that shares a byte with <paramref name="bytes"/>.</summary>
    public static FrameRange Covering(PhysicalRange bytes, int pageShift) =>
        new((uint)(bytes.Start >> pageShift), (uint)((bytes.End + (1UL << pageShift) - 1) >> pageShift));

    /// <summary>Frames in the range.</summary>
    public uint Length => End - Start;

    /// <summary>True when <paramref name="frame"/> lies in it.</summary>
    public bool Contains(uint frame) => frame - Start < Length;

    /// <summary>Frames the two have in common.</summary>
    public uint Common(FrameRange other)
    {
        uint start = Math.Max(Start, other.Start), end = Math.Min(End, other.End);
        return end > start ? end - start : 0;
    }
}
