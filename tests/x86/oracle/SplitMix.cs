namespace MiniKernel.Hal.X86.Tests;

/// <summary>Steele, Lea and Flood's SplitMix64: the same numbers on every host and every version of .NET.</summary>
internal sealed class SplitMix(ulong seed)
{
    private static readonly ulong[] _telling =
    [
        0, 1, 2, 7, 8, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
        0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, ulong.MaxValue, ulong.MaxValue - 1, 0x5555_5555_5555_5555, 0x0000_0001_0000_0000,
    ];
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9e37_79b9_7f4a_7c15;
        z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9;
        z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to below a bound.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>True in so many of a hundred.</summary>
    public bool Percent(int chance) => Below(100) < chance;

    /// <summary>One of some.</summary>
    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>An operand: often one at the edge of something.</summary>
    public ulong Value() => Below(4) switch
    {
        0 => Next(),
        1 => (ulong)(long)(sbyte)Next(),
        _ => _telling[Below(_telling.Length)],
    };
}
