using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>vmalloc: memory in a row for the kernel, though its frames are not.</content>
/// <remarks>Source: Linux 2.6.24 mm/vmalloc.c; without an MMU mm/nommu.c, where it is kmalloc. vmalloc allocates on the
/// managed heap: an area is an object, and page tables are the host's.</remarks>
public sealed unsafe partial class KernelMm
{
    // GFP_RECLAIM_MASK: what of a request concerns how hard to try, and so applies to the bookkeeping too.
    private const GfpFlags ReclaimMask = GfpFlags.Wait | GfpFlags.High | GfpFlags.Io | GfpFlags.Fs | GfpFlags.NoWarn | GfpFlags.Repeat
        | GfpFlags.NoFail | GfpFlags.NoRetry | GfpFlags.NoMemAlloc;

    private readonly VmallocSpace _vmalloc, _modules;

    /// <summary>What /proc/meminfo says of the vmalloc space.</summary>
    public VmallocInfo VmallocInfo => _profile.Mmu ? _vmalloc.Snapshot() : default;

    private StructSizes Sizes => new(_profile);

    /// <summary>vmalloc: whole pages, HighMem first.</summary>
    /// <returns>Null for size 0, more than there is RAM, no room or no memory.</returns>
    public VirtualAddress Vmalloc(MmCpu cpu, ulong size) => Vmalloc(cpu, size, GfpFlags.Kernel | GfpFlags.HighMem);

    /// <summary>vzalloc (2.6.37): the same, zeroed.</summary>
    public VirtualAddress Vzalloc(MmCpu cpu, ulong size) => Vmalloc(cpu, size, GfpFlags.Kernel | GfpFlags.HighMem | GfpFlags.Zero);

    /// <summary>__vmalloc: with the flags the pages are taken with.</summary>
    public VirtualAddress Vmalloc(MmCpu cpu, ulong size, GfpFlags flags) => Vmalloc(cpu, size, flags, _vmalloc);

    /// <summary>module_alloc: the same in the module area, which on 32-bit machines is vmalloc's own; <see cref="Vfree"/> gives it back.</summary>
    public VirtualAddress ModuleAlloc(MmCpu cpu, ulong size) => Vmalloc(cpu, size, GfpFlags.Kernel | GfpFlags.HighMem, _modules);

    private VirtualAddress Vmalloc(MmCpu cpu, ulong size, GfpFlags flags, VmallocSpace space)
    {
        if (!_profile.Mmu)
            return Kmalloc(cpu, size, flags & ~GfpFlags.HighMem);
        if (size == 0 || size > _profile.Ram || GetVmArea(cpu, (uint)PagesFor(size), flags, space) is not { } area)
            return VirtualAddress.Null;
        bool isComplete = false;
        try
        {
            isComplete = FillArea(cpu, area, flags);
        }
        finally
        {
            if (!isComplete)                    // also when a shrinker threw
                Vunmap(cpu, space.Remove(area.Address)!);
        }
        if (isComplete)
            CloseTail(area, size);
        return isComplete ? new VirtualAddress(area.Address) : VirtualAddress.Null;
    }

    /// <summary>vfree: nothing for NULL; what no vmalloc returned is reported and left alone.</summary>
    public void Vfree(MmCpu cpu, VirtualAddress address)
    {
        if (!_profile.Mmu)
            Kfree(cpu, address);
        else if (address.IsNull)
            return;
        else if ((address.Value & PageOffsetMask) != 0)
            _reports.Report(new BadVfree(address, IsUnaligned: true));
        else if ((_vmalloc.Remove(address.Value) ?? _modules.Remove(address.Value)) is { } area)
            Vunmap(cpu, area);
        else
            _reports.Report(new BadVfree(address, IsUnaligned: false));
    }

    /// <summary>vmalloc_to_page: the frame behind an address; null when vmalloc has mapped nothing there.</summary>
    public PageFrameNumber? VmallocToPage(VirtualAddress address)
    {
        if (!_profile.Mmu)
            return TryVirtToPhys(address, out PhysicalAddress physical) ? new PageFrameNumber((uint)(physical.Value >> _profile.PageShift)) : null;
        return _vmalloc.TryTranslate(address.Value, out uint frame) ? new PageFrameNumber(frame) : null;
    }

    /// <summary>get_vm_area_node.</summary>
    private VmArea? GetVmArea(MmCpu cpu, uint pages, GfpFlags flags, VmallocSpace space)
    {
        VirtualAddress descriptor = Own(Kmalloc(cpu, Sizes.VmStruct, flags & ReclaimMask));
        if (descriptor.IsNull)
            return null;
        VmArea area = new() { Size = space.SizeFor(pages), Frames = new uint[pages], Descriptor = descriptor };
        if (space.TryInsert(area))
            return area;
        Kfree(cpu, descriptor);
        _reports.Report(new VmallocSpaceExhausted(area.Size));
        return null;
    }

    /// <summary>__vmalloc_area_node: the array of page pointers, then page after page.</summary>
    private bool FillArea(MmCpu cpu, VmArea area, GfpFlags flags)
    {
        ulong arrayBytes = (ulong)area.Frames.Length * (ulong)_profile.WordBytes;
        area.PageArray = arrayBytes > (ulong)_profile.PageSize
            ? Vmalloc(cpu, arrayBytes, flags | GfpFlags.Zero)
            : Own(Kmalloc(cpu, arrayBytes, (flags & ReclaimMask) | GfpFlags.Zero));
        if (area.PageArray.IsNull)
            return false;
        for (int i = 0; i < area.Frames.Length; i++)
        {
            if (AllocPages(cpu, flags, 0) is not { } frame)
                return false;
            area.Frames[i] = frame.Value;
            area.Mapped = i + 1;
        }
        return true;
    }

    /// <summary>__vunmap of an area that is out of the list.</summary>
    private void Vunmap(MmCpu cpu, VmArea area)
    {
        for (int i = 0; i < area.Mapped; i++)
            FreePages(cpu, new PageFrameNumber(area.Frames[i]), 0);
        if (TryVirtToPhys(area.PageArray, out _))
            Kfree(cpu, area.PageArray);
        else
            Vfree(cpu, area.PageArray);
        Kfree(cpu, area.Descriptor);
    }
}
