using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <content>The machine, as a driver's source sees it through macros and CONFIG_ symbols; and where memory lies in it.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>utsname()->machine: the hardware profile's name.</summary>
    public string MachineName => _kernel.Machine.Profile.Name;

    /// <summary>num_online_cpus().</summary>
    public int OnlineCpus => _kernel.Machine.Profile.Cpus;

    /// <summary>L1_CACHE_BYTES: the line size the kernel was compiled for; it decides which kmalloc classes exist.</summary>
    public ulong L1CacheBytes => (ulong)_kernel.Machine.Profile.L1CacheBytes;

    /// <summary>cache_line_size(): the line size of the CPU it runs on; it decides alignment and colours.</summary>
    public ulong CacheLineSize => (ulong)_kernel.Machine.Profile.CacheLineSize;

    /// <summary>MAX_ORDER: orders that pages come in; the largest block has 2^(MAX_ORDER-1) of them.</summary>
    public int MaxOrder => _kernel.Machine.Profile.MaxOrder;

    /// <summary>CONFIG_MMU.</summary>
    public bool ConfigMmu => _kernel.Machine.Profile.Mmu;

    /// <summary>CONFIG_LARGE_ALLOCS.</summary>
    public bool ConfigLargeAllocs => _kernel.Machine.Profile.LargeAllocs;

    /// <summary>Bytes of physical address space that RAM fills.</summary>
    public ulong RamBytes => _kernel.Machine.Profile.Ram;

    /// <summary>CONFIG_SLOB: no slabs, no size classes, no cache behind an address.</summary>
    public bool ConfigSlob => !_kernel.Mm.HasSlabs;

    /// <summary>First address that GFP_DMA never returns (with SLOB: below a page kmalloc may, all the same); 0 without CONFIG_ZONE_DMA, where the flag means nothing.</summary>
    public ulong DmaLimit => _kernel.Machine.Profile.DmaLimit;

    /// <summary>First address that GFP_DMA32 never returns; 0 without CONFIG_ZONE_DMA32.</summary>
    public ulong Dma32Limit => _kernel.Machine.Profile.Dma32Limit;

    /// <summary>First address the direct map does not show; the end of RAM when it shows all.</summary>
    public ulong LowmemBytes => _kernel.Machine.Profile.LowmemBytes;

    /// <summary>page_zone(page)->name: DMA, DMA32, Normal or HighMem.</summary>
    public string PageZone(PageFrameNumber frame)
    {
        foreach (ZoneLayout zone in _kernel.Mm.Layout.Zones)
        {
            if (frame.Value >= zone.StartFrame && frame.Value - zone.StartFrame < zone.Spanned)
                return zone.Name;
        }
        return "none";
    }

    /// <summary>The cache whose slab an address lies in; null when it lies in none, as always with SLOB.</summary>
    /// <remarks>virt_to_cache(), which Linux keeps inside mm/slab.c.</remarks>
    public KmemCache? VirtToCache(VirtualAddress p) => _kernel.Mm.CacheOf(p);
}
