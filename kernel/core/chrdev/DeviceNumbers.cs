namespace MiniKernel.Core;

/// <summary>Device numbers of one major: so many minors from the first on.</summary>
/// <param name="Major">Major number.</param>
/// <param name="FirstMinor">The first minor number.</param>
/// <param name="Count">How many.</param>
internal readonly record struct DeviceNumbers(uint Major, uint FirstMinor, uint Count)
{
    /// <summary>MINORBITS: bits of a dev_t that are the minor number.</summary>
    public const int MinorBits = 20;

    /// <summary>Minor numbers of a major.</summary>
    public const uint Minors = 1u << MinorBits;

    /// <summary>Numbers as dev_t counts them, over the end of a major.</summary>
    public static IEnumerable<DeviceNumbers> Of(uint device, uint count)
    {
        while (count != 0)
        {
            uint first = device & (Minors - 1), here = Math.Min(count, Minors - first);
            yield return new DeviceNumbers(device >> MinorBits, first, here);
            (device, count) = (device + here, count - here);
        }
    }

    /// <summary>True for a number among them.</summary>
    public bool Contains(uint major, uint minor) => major == Major && minor - FirstMinor < Count;

    /// <summary>True when both have a number in common.</summary>
    public bool Overlaps(DeviceNumbers other) =>
        Major == other.Major && FirstMinor < other.FirstMinor + other.Count && other.FirstMinor < FirstMinor + Count;
}
