using System.Runtime.InteropServices;

namespace MiniKernel.Hal;

/// <summary>A 64-bit hash of a machine's state, the same on every host: tells states apart that differ by accident, and keeps no forger out.</summary>
/// <remarks>Products of 128 bits folded to 64, as in wyhash, four words side by side. Multiply and rotate is not enough: a word's highest bit
/// then looks like a lower one of the next word.</remarks>
public struct StateHash
{
    private const ulong Factor = 0x9e37_79b9_7f4a_7c15, Other = 0xc2b2_ae3d_27d4_eb4f; // odd, bits well mixed
    private const int Lanes = 4;
    private ulong _state;

    /// <summary>The hash of what was added so far; that of nothing is not 0.</summary>
    public readonly ulong Value => Mix(_state ^ Other);

    /// <summary>The hash of some bytes; 0 when all of them are 0, as in RAM that nobody has written.</summary>
    public static ulong OfMemory(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.ContainsAnyExcept((byte)0))
            return 0;
        var hash = new StateHash();
        hash.Add(bytes);
        return hash.Value;
    }

    /// <summary>Adds a number.</summary>
    public void Add(ulong value) => _state = Mix(_state ^ value);

    /// <summary>Adds a text and its length.</summary>
    public void Add(string text) => Add(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>Adds bytes and how many they are.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        ulong a = 1, b = 2, c = 3, d = 4;
        int at = 0;
        for (; at + Lanes <= words.Length; at += Lanes)
        {
            a = Mix(a ^ words[at]);
            b = Mix(b ^ words[at + 1]);
            c = Mix(c ^ words[at + 2]);
            d = Mix(d ^ words[at + 3]);
        }
        for (at *= sizeof(ulong); at < bytes.Length; at++)
            a = Mix(a ^ bytes[at]);
        Add(a);
        Add(b);
        Add(c);
        Add(d);
        Add((ulong)bytes.Length);
    }

    // The sum keeps 0 from staying 0.
    private static ulong Mix(ulong value) => (Math.BigMul(value, Factor, out ulong low) ^ low) + Other;
}
