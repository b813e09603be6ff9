using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>linux/gfp.h, linux/mm.h, asm/io.h. A struct page pointer stands for a frame: mem_map itself is not in simulated memory.</summary>
internal static class CPageExports
{
    /// <summary>Bytes of struct page, of which C code sees the address alone.</summary>
    public const ulong StructPageBytes = 32;

    public static void AddTo(CExportTable table)
    {
        table.Function("__get_free_pages", static (ref CCall c) => c.Kernel.GetFreePages(c.Gfp(), c.Int(), c.File, c.Line, c.Member).Value);
        table.Function("get_zeroed_page", static (ref CCall c) => c.Kernel.GetFreePages(c.Gfp() | GfpFlags.Zero, 0, c.File, c.Line, c.Member).Value);
        table.Function("free_pages", FreePages);
        table.Function("alloc_pages", static (ref CCall c) => c.Kernel.AllocPages(c.Gfp(), c.Int(), c.File, c.Line, c.Member) is { } frame ? c.Runtime.PageAt(frame) : 0);
        table.Function("__free_pages", FreePage);
        table.Function("page_address", static (ref CCall c) => c.Kernel.PageAddress(Frame(ref c)).Value);
        table.Function("alloc_pages_exact", static (ref CCall c) => c.Kernel.AllocPagesExact(c.Word(), c.Gfp(), c.File, c.Line, c.Member).Value);
        table.Function("free_pages_exact", FreeExact);
        table.Function("virt_to_phys", static (ref CCall c) => c.Kernel.VirtToPhys(c.Pointer(), c.File, c.Line, c.Member).Value);
        table.Function("phys_to_virt", static (ref CCall c) => c.Runtime.Kernel.Mm.PhysToVirt(new PhysicalAddress(c.Word())).Value);
        table.Function("virt_to_page", static (ref CCall c) => c.Runtime.PageAt(FrameOf(c.Kernel.VirtToPhys(c.Pointer(), c.File, c.Line, c.Member), ref c)));
        table.Function("is_vmalloc_addr", static (ref CCall c) => CCall.Return(IsVmalloc(c.Runtime, c.Pointer())));
        table.Function("vmalloc_to_page", static (ref CCall c) => c.Kernel.VmallocToPage(c.Pointer()) is { } frame ? c.Runtime.PageAt(frame) : 0);
        table.Function("page_to_pfn", static (ref CCall c) => Frame(ref c).Value);
        table.Function("pfn_to_page", static (ref CCall c) => c.Runtime.PageAt(new PageFrameNumber(c.UInt())));
        table.Function("virt_addr_valid", static (ref CCall c) => CCall.Return(c.Runtime.Kernel.Mm.TryVirtToPhys(c.Pointer(), out _)));
    }

    /// <summary>is_vmalloc_addr(); without an MMU vmalloc is kmalloc.</summary>
    public static bool IsVmalloc(CRuntime runtime, VirtualAddress p)
    {
        AddressSpaceLayout layout = runtime.Kernel.Machine.Layout;
        return runtime.Kernel.Machine.Profile.Mmu && p.Value >= layout.VmallocStart && p.Value < layout.VmallocEnd;
    }

    private static ulong FreePages(ref CCall c)
    {
        c.Kernel.FreePages(c.Pointer(), c.Int(), c.File, c.Line, c.Member);
        return 0;
    }

    private static ulong FreePage(ref CCall c)
    {
        PageFrameNumber frame = Frame(ref c);
        c.Kernel.FreePages(frame, c.Int(), c.File, c.Line, c.Member);
        return 0;
    }

    private static ulong FreeExact(ref CCall c)
    {
        c.Kernel.FreePagesExact(c.Pointer(), c.Word(), c.File, c.Line, c.Member);
        return 0;
    }

    private static PageFrameNumber FrameOf(PhysicalAddress address, ref CCall c) =>
        new((uint)(address.Value / (ulong)c.Runtime.Kernel.Machine.Profile.PageSize));

    /// <summary>The frame whose struct page is the call's next argument.</summary>
    internal static PageFrameNumber Frame(ref CCall c)
    {
        VirtualAddress page = c.Pointer();
        return c.Runtime.TryFrame(page, out PageFrameNumber frame)
            ? frame
            : throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"{page} is no struct page");
    }
}
