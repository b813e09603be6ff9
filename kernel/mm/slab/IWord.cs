using System.Runtime.CompilerServices;

namespace MiniKernel.Mm;

/// <summary>A pointer-sized field of the simulated machine; a type argument, so that each word size gets its own code.</summary>
internal unsafe interface IWord
{
    /// <summary>Bytes in a pointer.</summary>
    static abstract int Bytes { get; }

    /// <summary>Reads a field.</summary>
    static abstract ulong Read(byte* at);

    /// <summary>Writes a field.</summary>
    static abstract void Write(byte* at, ulong value);
}

/// <summary>32-bit profiles.</summary>
internal readonly unsafe struct Word32 : IWord
{
    /// <inheritdoc/>
    public static int Bytes => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(byte* at) => *(uint*)at;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* at, ulong value) => *(uint*)at = (uint)value;
}

/// <summary>64-bit profiles.</summary>
internal readonly unsafe struct Word64 : IWord
{
    /// <inheritdoc/>
    public static int Bytes => 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(byte* at) => *(ulong*)at;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* at, ulong value) => *(ulong*)at = value;
}
