using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <content>Pointers that stand for something the host keeps: struct page, the name of a cache.</content>
internal sealed partial class CRuntime
{
    // Where no memory can be: a driver that looks into a struct page faults, as it has no business there.
    private ulong MemMap => WordBytes == 8 ? 0xffff_e200_0000_0000 : 0xff00_0000 & ~(CPageExports.StructPageBytes - 1);

    /// <summary>The struct page pointer of a frame.</summary>
    public ulong PageAt(PageFrameNumber frame)
    {
        ulong page = MemMap + (frame.Value * CPageExports.StructPageBytes);
        return WordBytes == 8 ? page : (uint)page;
    }

    /// <summary>The frame a struct page pointer stands for.</summary>
    /// <returns>False when it is none.</returns>
    public bool TryFrame(VirtualAddress page, out PageFrameNumber frame)
    {
        ulong offset = page.Value - MemMap;
        if (WordBytes == 4)
            offset = (uint)offset;
        ulong number = offset / CPageExports.StructPageBytes;
        frame = new PageFrameNumber((uint)number);
        return offset % CPageExports.StructPageBytes == 0 && number < Kernel.Machine.Profile.Ram >> Kernel.Machine.Profile.PageShift;
    }

    /// <summary>Address of a cache's name, as its descriptor has it.</summary>
    public ulong NameOf(KmemCache cache) => Kernel.Mm.AddressOfName(cache.Name).Value;
}
