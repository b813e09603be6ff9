using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniKernel.Hal.X86;

/// <summary>What the handlers work on, in native memory at an address that does not move.</summary>
/// <remarks>The general registers come first, so that a register operand is a byte offset: 8 * number, one more for AH..BH.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CpuState
{
    /// <summary>Byte offsets of what follows the sixteen registers; the first always holds 0 and stands for "no register".</summary>
    public const int NoRegister = 128, FsBaseOffset = 136, GsBaseOffset = 144;

    /// <summary>How many words stand before the first window.</summary>
    public const byte DirectSlot = 19;

    public fixed ulong Registers[16];
    public ulong Nothing, FsBase, GsBase;

    /// <summary>The direct map.</summary>
    public Window Direct;

    /// <summary>Stretches outside it that were read, and that were written: what may be read may not always be written.</summary>
    public WindowSet Readable, Writable;

    /// <summary>The arithmetic flags, not yet put together; see <see cref="Flags"/>.</summary>
    public ulong ZeroResult, SignResult, Carries, Nibble;

    /// <summary>IF, DF and the rest of RFLAGS, and bit 1, which is always set.</summary>
    public ulong SystemFlags;

    /// <summary>Up to date whenever the core is not running.</summary>
    public ulong Rip;

    /// <summary>Instructions left until the core looks around, charged a block at a time, and those left behind that.</summary>
    public long Stride, Reserve;

    /// <summary>Not 0: leave when the core looks around.</summary>
    public int Attention;

    /// <summary>The block that runs.</summary>
    public Block* Current;

    /// <summary>Stand-ins for operands that lie across two stretches.</summary>
    public ulong ReadCopy, WriteCopy;

    /// <summary>Which bytes <see cref="WriteCopy"/> stands for.</summary>
    public ulong SplitAddress;
    public int SplitBytes;

    /// <summary>Where indirect branches went, by address.</summary>
    public JumpTarget* Jumps;

    /// <summary>Instructions left.</summary>
    public static long Budget(CpuState* s) => s->Stride + s->Reserve;

    /// <summary>Takes instructions off the budget, which covers them.</summary>
    public static void Pay(CpuState* s, long instructions)
    {
        long fromReserve = Math.Min(s->Reserve, instructions);
        s->Reserve -= fromReserve;
        s->Stride -= instructions - fromReserve;
    }

    /// <summary>Ends the run at the end of the block.</summary>
    public static void LeaveSoon(CpuState* s)
    {
        s->Attention = 1;
        s->Reserve += s->Stride;
        s->Stride = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* At(CpuState* s, int offset) => (byte*)s + offset;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(CpuState* s, int offset) => *(ulong*)((byte*)s + offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* Register(CpuState* s, X86Register register) => (ulong*)s + (int)register;
}
