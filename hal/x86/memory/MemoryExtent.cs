namespace MiniKernel.Hal.X86;

/// <summary>A stretch of emulated memory that lies together in host memory too.</summary>
/// <param name="start">Its first address.</param>
/// <param name="length">Bytes.</param>
/// <param name="host">Where the first byte lies.</param>
/// <param name="shadow">The shadow byte of the first byte; null when nobody keeps one (see <see cref="ShadowByte"/>: what is not open is not touched unasked).</param>
/// <remarks>What must hold, and whoever makes the extent guarantees it: all of it stays readable (and writable, when it was
/// given for writing) until <see cref="X86Core.ForgetMemory"/> is called or the core is disposed.</remarks>
public readonly unsafe struct MemoryExtent(ulong start, ulong length, byte* host, byte* shadow = null)
{
    /// <summary>Its first address.</summary>
    public ulong Start { get; } = start;

    /// <summary>Bytes.</summary>
    public ulong Length { get; } = length;

    /// <summary>Where the first byte lies.</summary>
    public byte* Host { get; } = host;

    /// <summary>The shadow byte of the first byte, or null.</summary>
    public byte* Shadow { get; } = shadow;

    /// <summary>True when an address lies in it.</summary>
    public bool Contains(ulong address) => address - Start < Length;
}
