using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>linux/dma-mapping.h, linux/dmapool.h.</summary>
internal static class CDmaMappingExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("dma_supported", static (ref CCall c) => { _ = c.Pointer(); return CCall.Return(IsSupported(c.Wide())); });
        table.Function("dma_set_mask", static (ref CCall c) => { VirtualAddress device = c.Pointer(); return CCall.Return(SetMask(ref c, device, c.Wide())); });
        table.Function("dma_set_coherent_mask", static (ref CCall c) => { VirtualAddress device = c.Pointer(); return CCall.Return(SetCoherentMask(ref c, device, c.Wide())); });
        table.Function("dma_set_mask_and_coherent", SetBoth);
        table.Function("dma_alloc_coherent", AllocCoherent);
        table.Function("dma_free_coherent", FreeCoherent);
        table.Function("dma_map_single", MapSingle);
        table.Function("dma_map_page", MapPage);
        table.Function("dma_unmap_single", UnmapSingle);
        table.Function("dma_pool_create", PoolCreate);
        table.Function("dma_pool_destroy", PoolDestroy);
        table.Function("dma_pool_alloc", static (ref CCall c) => PoolAlloc(ref c, isZeroed: false));
        table.Function("dma_pool_zalloc", static (ref CCall c) => PoolAlloc(ref c, isZeroed: true));
        table.Function("dma_pool_free", PoolFree);
    }

    // Memory below 16 MiB is the least a device may see.
    private static bool IsSupported(ulong mask) => mask >= DmaDevice.Mask24;

    private static Errno SetMask(ref CCall c, VirtualAddress device, ulong mask)
    {
        VirtualAddress place = device.IsNull ? VirtualAddress.Null : c.GetPointer(device, c.Runtime.Structs.Device.DmaMask);
        if (place.IsNull || !IsSupported(mask))
            return Errno.EIO;
        c.Kernel.Write(place, mask, c.File, c.Line, c.Member);
        return Errno.Success;
    }

    private static Errno SetCoherentMask(ref CCall c, VirtualAddress device, ulong mask)
    {
        if (device.IsNull || !IsSupported(mask))
            return Errno.EIO;
        c.Set(device, c.Runtime.Structs.Device.CoherentMask, mask);
        return Errno.Success;
    }

    private static ulong SetBoth(ref CCall c)
    {
        (VirtualAddress device, ulong mask) = (c.Pointer(), c.Wide());
        Errno error = SetMask(ref c, device, mask);
        return CCall.Return(error != Errno.Success ? error : SetCoherentMask(ref c, device, mask));
    }

    // A device that never said how far it sees has no streaming mappings, and coherent memory below 4 GiB.
    private static DmaDevice? Device(ref CCall c, VirtualAddress device)
    {
        if (device.IsNull)
            return null;
        DeviceStruct members = c.Runtime.Structs.Device;
        VirtualAddress name = c.GetPointer(device, members.NameOf), mask = c.GetPointer(device, members.DmaMask);
        ulong coherent = c.Get(device, members.CoherentMask);
        return new DmaDevice(name.IsNull ? "device" : c.Runtime.ReadString(c.Kernel, name, c.Site))
        {
            Mask = mask.IsNull ? 0 : c.Kernel.Read<ulong>(mask, c.File, c.Line, c.Member),
            CoherentMask = coherent == 0 ? DmaDevice.Mask32 : coherent,
        };
    }

    private static ulong AllocCoherent(ref CCall c)
    {
        (DmaDevice? device, ulong bytes, VirtualAddress place, GfpFlags flags) = (Device(ref c, c.Pointer()), c.Word(), c.Pointer(), c.Gfp());
        VirtualAddress p = c.Kernel.DmaAllocCoherent(device, bytes, out PhysicalAddress bus, flags, c.File, c.Line, c.Member);
        if (!p.IsNull)
            SetBus(ref c, place, bus);
        return p.Value;
    }

    private static ulong FreeCoherent(ref CCall c)
    {
        (DmaDevice? device, ulong bytes, VirtualAddress p, ulong bus) = (Device(ref c, c.Pointer()), c.Word(), c.Pointer(), c.Word());
        c.Kernel.DmaFreeCoherent(device, bytes, p, new PhysicalAddress(bus), c.File, c.Line, c.Member);
        return 0;
    }

    private static ulong MapSingle(ref CCall c)
    {
        (DmaDevice? device, VirtualAddress p, ulong bytes, DmaDirection direction) = (Device(ref c, c.Pointer()), c.Pointer(), c.Word(), (DmaDirection)c.Int());
        return c.Kernel.DmaMapSingle(device, p, bytes, direction, c.File, c.Line, c.Member).Value;
    }

    // A page of the direct map: of HighMem it has no address to give.
    private static ulong MapPage(ref CCall c)
    {
        (DmaDevice? device, PageFrameNumber frame, ulong offset) = (Device(ref c, c.Pointer()), CPageExports.Frame(ref c), c.Word());
        (ulong bytes, DmaDirection direction) = (c.Word(), (DmaDirection)c.Int());
        return c.Kernel.DmaMapSingle(device, c.Kernel.PageAddress(frame) + offset, bytes, direction, c.File, c.Line, c.Member).Value;
    }

    private static ulong UnmapSingle(ref CCall c)
    {
        (DmaDevice? device, ulong bus, ulong bytes, DmaDirection direction) = (Device(ref c, c.Pointer()), c.Word(), c.Word(), (DmaDirection)c.Int());
        c.Kernel.DmaUnmapSingle(device, new PhysicalAddress(bus), bytes, direction, c.File, c.Line, c.Member);
        return 0;
    }

    private static ulong PoolCreate(ref CCall c)
    {
        (string name, DmaDevice? device, ulong bytes, ulong align, ulong boundary) = (c.Text(), Device(ref c, c.Pointer()), c.Word(), c.Word(), c.Word());
        if (c.Kernel.DmaPoolCreate(name, device, bytes, align, boundary, c.File, c.Line, c.Member) is not { } pool)
            return 0;
        c.Runtime.DmaPools.Set(pool.Descriptor, c.Module, pool);
        return pool.Descriptor.Value;
    }

    private static ulong PoolDestroy(ref CCall c)
    {
        VirtualAddress descriptor = c.Pointer();
        if (descriptor.IsNull)
            return 0;
        c.Kernel.DmaPoolDestroy(Pool(ref c, descriptor, "dma_pool_destroy"), c.File, c.Line, c.Member);
        c.Runtime.DmaPools.Remove(descriptor);
        return 0;
    }

    private static ulong PoolAlloc(ref CCall c, bool isZeroed)
    {
        (DmaPool pool, GfpFlags flags, VirtualAddress place) = (Pool(ref c, c.Pointer(), "dma_pool_alloc"), c.Gfp(), c.Pointer());
        VirtualAddress p = c.Kernel.DmaPoolAlloc(pool, flags, out PhysicalAddress bus, c.File, c.Line, c.Member);
        if (p.IsNull)
            return 0;
        if (isZeroed)
            c.Kernel.Memset(p, 0, pool.BlockSize, c.File, c.Line, c.Member);
        SetBus(ref c, place, bus);
        return p.Value;
    }

    private static ulong PoolFree(ref CCall c)
    {
        (DmaPool pool, VirtualAddress block, ulong bus) = (Pool(ref c, c.Pointer(), "dma_pool_free"), c.Pointer(), c.Word());
        c.Kernel.DmaPoolFree(pool, block, new PhysicalAddress(bus), c.File, c.Line, c.Member);
        return 0;
    }

    private static DmaPool Pool(ref CCall c, VirtualAddress descriptor, string function) =>
        c.Runtime.DmaPools.Find(descriptor) ?? throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"{function}({descriptor}): there is no pool at that address");

    private static void SetBus(ref CCall c, VirtualAddress place, PhysicalAddress bus) =>
        c.Kernel.WritePointer(place, new VirtualAddress(bus.Value), c.File, c.Line, c.Member);
}
