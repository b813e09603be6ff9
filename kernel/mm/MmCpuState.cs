using System.Runtime.InteropServices;

namespace MiniKernel.Mm;

/// <summary>An entry of the size table as the fast lookups walk it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ClassSize
{
    /// <summary>Bytes; ULONG_MAX in the last entry.</summary>
    public ulong Size;

    /// <summary>The class's slot.</summary>
    public ulong Slot;
}

/// <summary>What the fast paths of one CPU load: native, 64-byte aligned, written by the slow paths only.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MmCpuState
{
    /// <summary>Flags that make an allocation take the slow path: __GFP_ZERO always, __GFP_WAIT while atomic.</summary>
    public GfpFlags SlowFlags;

    /// <summary>The CPU's number.</summary>
    public int Id;

    /// <summary>Bytes from a <see cref="CacheRecord"/> to the pointer to this CPU's stack in it.</summary>
    public ulong StackOffset;

    /// <summary>Virtual address of physical address 0.</summary>
    public ulong DirectMapBase;

    /// <summary>Bytes the direct map shows.</summary>
    public ulong DirectMapSize;

    /// <summary>Offset in the direct map below which a load or store needs no closer look: short of its end by the longest
    /// plain access; 0 when the shadow has to be asked.</summary>
    public ulong PlainEnd;

    /// <summary>Host address of physical address 0.</summary>
    public byte* Ram;

    /// <summary>mem_map.</summary>
    public Page* Pages;

    /// <summary>log2 of the page size.</summary>
    public int PageShift;

    /// <summary>Entries of <see cref="Classes"/>, the sentinel included.</summary>
    public uint ClassCount;

    /// <summary>The size table, for the lookups that walk it.</summary>
    public ClassSize* Classes;

    /// <summary>1 where sleeping is forbidden.</summary>
    public int IsAtomic;

    /// <summary>1 while another CPU's call waits in the queue.</summary>
    public int IsCalled;

    /// <summary>What <see cref="SlowFlags"/> has to be.</summary>
    public static GfpFlags SlowFlagsOf(MmCpuState* state) => state->IsCalled != 0 ? (GfpFlags)~0u
        : state->IsAtomic != 0 ? GfpFlags.Zero | GfpFlags.Wait
        : GfpFlags.Zero;

    /// <summary>The slots, behind the struct: see <see cref="KmallocIndex"/>. (A fixed buffer would add a null check.)</summary>
    public static ObjectStack** SlotsOf(MmCpuState* state) => (ObjectStack**)(state + 1);
}
