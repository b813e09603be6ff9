using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>A form of effective address.</summary>
internal unsafe interface IAddress
{
    /// <summary>The address.</summary>
    /// <param name="op">Registers and displacement.</param>
    /// <param name="s">Their values.</param>
    /// <param name="further">Bytes to add before the address is cut to its width.</param>
    static abstract ulong Of(MicroOp* op, CpuState* s, ulong further);
}

/// <summary>disp, or rip + disp worked out when it was decoded.</summary>
internal unsafe struct Absolute : IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(MicroOp* op, CpuState* s, ulong further) => op->Displacement + further;
}

/// <summary>base + disp.</summary>
internal unsafe struct Based : IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(MicroOp* op, CpuState* s, ulong further) => CpuState.Read(s, op->Base) + op->Displacement + further;
}

/// <summary>base + (index &lt;&lt; scale) + disp; the base may be missing.</summary>
internal unsafe struct Indexed : IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(MicroOp* op, CpuState* s, ulong further) =>
        CpuState.Read(s, op->Base) + (CpuState.Read(s, op->Index) << op->Scale) + op->Displacement + further;
}

/// <summary>Where the stack pointer points.</summary>
internal unsafe struct StackTop : IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(MicroOp* op, CpuState* s, ulong further) => s->Registers[(int)X86Register.Rsp] + further;
}

/// <summary>Where a push of that width writes.</summary>
internal unsafe struct BelowStack<TWidth> : IAddress where TWidth : struct, IWidth
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(MicroOp* op, CpuState* s, ulong further) => s->Registers[(int)X86Register.Rsp] - (ulong)(TWidth.Bits / 8) + further;
}

/// <summary>Where RBP points: what LEAVE pops.</summary>
internal unsafe struct FrameTop : IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(MicroOp* op, CpuState* s, ulong further) => s->Registers[(int)X86Register.Rbp] + further;
}

/// <summary>An address of 32 bits, or of 16: it wraps.</summary>
internal unsafe struct Cut<TAddress, TWidth> : IAddress where TAddress : struct, IAddress where TWidth : struct, IWidth
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(MicroOp* op, CpuState* s, ulong further) => TWidth.Unsigned(TAddress.Of(op, s, further));
}

/// <summary>An address in the FS or GS segment.</summary>
internal unsafe struct InSegment<TAddress> : IAddress where TAddress : struct, IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(MicroOp* op, CpuState* s, ulong further) => CpuState.Read(s, op->Segment) + TAddress.Of(op, s, further);
}
