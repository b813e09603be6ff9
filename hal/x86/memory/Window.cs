using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>A <see cref="MemoryExtent"/> made ready for one comparison an access.</summary>
internal unsafe struct Window
{
    public const ulong WidestOperand = 8;

    /// <summary>The shadow of 8 bytes that may be touched.</summary>
    public const ulong Open = (byte)ShadowByte.Open * 0x0101_0101_0101_0101UL;

    /// <summary>An operand of up to 8 bytes that begins at Start + offset lies inside when offset is below Limit.</summary>
    public ulong Start, Limit;
    public byte* Host, Shadow;

    public static Window Of(in MemoryExtent extent) => new()
    {
        Start = extent.Start,
        Limit = extent.Length < WidestOperand ? 0 : extent.Length - (WidestOperand - 1),
        Host = extent.Host,
        Shadow = extent.Shadow,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Contains(ulong address) => address - Start < Limit;
}
