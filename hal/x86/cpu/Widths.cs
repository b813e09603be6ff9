using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>An operand size. Values travel zero-extended in 64 bits.</summary>
internal unsafe interface IWidth
{
    static abstract int Bits { get; }

    /// <summary>Reads an operand, zero-extended.</summary>
    static abstract ulong Load(byte* p);

    /// <summary>Writes an operand in memory.</summary>
    static abstract void Store(byte* p, ulong value);

    /// <summary>Writes a register: 8 and 16 bits leave the rest alone, 32 bits clear the upper half.</summary>
    static abstract void Write(byte* register, ulong value);

    /// <summary>Sign-extends the low bits of a value, whatever the others are.</summary>
    static abstract long Signed(ulong value);

    /// <summary>Zero-extends the low bits of a value, whatever the others are.</summary>
    static abstract ulong Unsigned(ulong value);

    /// <summary>Atomically replaces <paramref name="expected"/>.</summary>
    /// <returns>What was there.</returns>
    static abstract ulong CompareExchange(byte* p, ulong value, ulong expected);
}

internal unsafe struct Width8 : IWidth
{
    public static int Bits => 8;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(byte* p) => *p;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* p, ulong value) => *p = (byte)value;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* register, ulong value) => *register = (byte)value;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Signed(ulong value) => (sbyte)value;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Unsigned(ulong value) => (byte)value;
    public static ulong CompareExchange(byte* p, ulong value, ulong expected) => Interlocked.CompareExchange(ref *p, (byte)value, (byte)expected);
}

internal unsafe struct Width16 : IWidth
{
    public static int Bits => 16;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(byte* p) => *(ushort*)p;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* p, ulong value) => *(ushort*)p = (ushort)value;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* register, ulong value) => *(ushort*)register = (ushort)value;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Signed(ulong value) => (short)value;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Unsigned(ulong value) => (ushort)value;
    public static ulong CompareExchange(byte* p, ulong value, ulong expected) => Interlocked.CompareExchange(ref *(ushort*)p, (ushort)value, (ushort)expected);
}

internal unsafe struct Width32 : IWidth
{
    public static int Bits => 32;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(byte* p) => *(uint*)p;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* p, ulong value) => *(uint*)p = (uint)value;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* register, ulong value) => *(ulong*)register = (uint)value;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Signed(ulong value) => (int)value;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Unsigned(ulong value) => (uint)value;
    public static ulong CompareExchange(byte* p, ulong value, ulong expected) => Interlocked.CompareExchange(ref *(uint*)p, (uint)value, (uint)expected);
}

internal unsafe struct Width64 : IWidth
{
    public static int Bits => 64;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(byte* p) => *(ulong*)p;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* p, ulong value) => *(ulong*)p = value;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* register, ulong value) => *(ulong*)register = value;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Signed(ulong value) => (long)value;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Unsigned(ulong value) => value;
    public static ulong CompareExchange(byte* p, ulong value, ulong expected) => Interlocked.CompareExchange(ref *(ulong*)p, value, expected);
}
