namespace MiniKernel.Core;

/// <summary>Random numbers that are the same on every machine and every version of .NET: SplitMix64 (Steele, Lea, Flood 2014).</summary>
/// <param name="seed">Where they start.</param>
internal struct SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 to <paramref name="limit"/> - 1. The bias, limit / 2^64, does not matter here.</summary>
    public ulong Below(ulong limit) => Next() % limit;

    private ulong Next()
    {
        ulong z = _state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
