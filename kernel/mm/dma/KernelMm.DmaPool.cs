using System.Numerics;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>dma_pool: small blocks of coherent memory.</content>
/// <remarks>Source: Linux 2.6.25 to 2.6.32 mm/dmapool.c (2.6.24 had a bitmap for each page in drivers/base/dmapool.c and knew
/// no boundary). Its checks of CONFIG_DEBUG_SLAB are always made; nothing is poisoned.</remarks>
public sealed unsafe partial class KernelMm
{
    private const ulong DmaPoolTimeoutMs = 100;

    /// <summary>dma_pool_create.</summary>
    /// <param name="cpu">The CPU that executes the call.</param>
    /// <param name="name">For messages.</param>
    /// <param name="device">The device; null for ISA.</param>
    /// <param name="size">Bytes of a block.</param>
    /// <param name="align">A power of two, or 0.</param>
    /// <param name="boundary">A power of two no block crosses, or 0.</param>
    /// <returns>Null for arguments that make no sense, or no memory.</returns>
    public DmaPool? DmaPoolCreate(MmCpu cpu, string name, DmaDevice? device, ulong size, ulong align, ulong boundary)
    {
        align = Math.Max(align, 1);
        if (size == 0 || size > int.MaxValue || !BitOperations.IsPow2(align) || align > int.MaxValue)
            return null;
        size = (Math.Max(size, 4) + align - 1) & ~(align - 1);
        ulong allocation = Math.Max(size, (ulong)_profile.PageSize);
        if (boundary == 0)
            boundary = allocation;
        else if (boundary < size || boundary > int.MaxValue || !BitOperations.IsPow2(boundary))
            return null;
        VirtualAddress descriptor = Own(Kmalloc(cpu, Sizes.DmaPool, GfpFlags.Kernel));
        return descriptor.IsNull ? null : new DmaPool(name, device, (uint)size, (uint)allocation, (uint)boundary, descriptor);
    }

    /// <summary>dma_pool_destroy. A page with blocks in use is reported and never freed.</summary>
    public void DmaPoolDestroy(MmCpu cpu, DmaPool pool)
    {
        RequireAlive(pool, "dma_pool_destroy");
        pool.IsAlive = false;
        foreach (DmaPage page in pool.Pages)
        {
            if (page.InUse != 0)
                _reports.Report(new DmaPoolBusy(pool.Device?.Name, pool.Name, page.Address));
            else
                DmaFreeCoherent(cpu, pool.Allocation, page.Address);
            Kfree(cpu, page.Descriptor);
        }
        pool.Pages.Clear();
        Kfree(cpu, pool.Descriptor);
    }

    /// <summary>dma_pool_alloc: a block, from a new page when none has one. Pages are taken atomically.</summary>
    /// <param name="cpu">The CPU that executes the call.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="flags">With __GFP_WAIT it sleeps for a block when no page can be had.</param>
    /// <param name="bus">Where the device sees the block.</param>
    public VirtualAddress DmaPoolAlloc(MmCpu cpu, DmaPool pool, GfpFlags flags, out PhysicalAddress bus)
    {
        RequireAlive(pool, "dma_pool_alloc");
        for (ulong waitedMs = 0; ;)
        {
            ulong seen = pool.Waiters.WakeUps;
            if (TryTakeBlock(pool, out VirtualAddress block, out bus))
                return block;
            if (AddPage(cpu, pool))
                continue;
            if ((flags & GfpFlags.Wait) == 0)
                return VirtualAddress.Null;
            if (Sleep(cpu, pool.Waiters, seen, DmaPoolTimeoutMs, ref waitedMs))
                continue;
            _reports.Report(new BlockedForever(pool.Waiters.Name));
            return VirtualAddress.Null;
        }
    }

    /// <summary>dma_pool_free. What is no block of the pool, or free, is reported and left alone.</summary>
    /// <returns>False when it was refused.</returns>
    public bool DmaPoolFree(MmCpu cpu, DmaPool pool, VirtualAddress block, PhysicalAddress bus)
    {
        RequireAlive(pool, "dma_pool_free");
        DmaPoolFault? fault;
        lock (pool.Lock)
            fault = TryReturnBlock(pool, block, bus);
        if (fault is { } wrong)
            _reports.Report(new BadDmaPoolFree(pool.Device?.Name, pool.Name, block, bus, wrong));
        else
            WakeUp(pool.Waiters);
        return fault is null;
    }

    private bool TryTakeBlock(DmaPool pool, out VirtualAddress block, out PhysicalAddress bus)
    {
        lock (pool.Lock)
        {
            foreach (DmaPage page in pool.Pages)
            {
                uint offset = page.FirstFree;
                if (offset >= pool.Allocation)
                    continue;
                uint next = *NextFree(page, offset);
                bool isIntact = next >= pool.Allocation || (next != offset && page.IsFree(next));
                page.FirstFree = isIntact ? next : pool.Allocation;
                if (!isIntact)
                    throw DamagedChain(pool, page, offset, next);
                page.Mark(offset, isFree: false);
                page.InUse++;
                (block, bus) = (page.Address + offset, page.Bus + offset);
                _shadow?.ObjectOpened(block.Value, pool.BlockSize, pool.BlockSize);
                return true;
            }
        }
        (block, bus) = (default, default);
        return false;
    }

    private DmaPoolFault? TryReturnBlock(DmaPool pool, VirtualAddress block, PhysicalAddress bus)
    {
        if (FindPage(pool, bus) is not { } page)
            return DmaPoolFault.BadDma;
        uint offset = (uint)(bus - page.Bus);
        if (block - page.Address != offset || !page.IsBlock(offset))
            return DmaPoolFault.BadAddress;
        if (page.IsFree(offset))
            return DmaPoolFault.AlreadyFree;
        page.Mark(offset, isFree: true);
        page.InUse--;
        *NextFree(page, offset) = page.FirstFree;
        page.FirstFree = offset;
        _shadow?.ObjectClosed(block.Value, pool.BlockSize);
        return null;
    }

    /// <summary>pool_find_page.</summary>
    private static DmaPage? FindPage(DmaPool pool, PhysicalAddress bus)
    {
        foreach (DmaPage page in pool.Pages)
        {
            if (bus - page.Bus < pool.Allocation)
                return page;
        }
        return null;
    }

    /// <summary>pool_alloc_page.</summary>
    private bool AddPage(MmCpu cpu, DmaPool pool)
    {
        VirtualAddress descriptor = Own(Kmalloc(cpu, Sizes.DmaPage, GfpFlags.Atomic));
        if (descriptor.IsNull)
            return false;
        VirtualAddress address = DmaAllocCoherent(cpu, pool.Device, pool.Allocation, GfpFlags.Atomic, out PhysicalAddress bus);
        if (address.IsNull)
        {
            Kfree(cpu, descriptor);
            return false;
        }
        DmaPage page = new() { Address = address, Bus = bus, Descriptor = descriptor };
        CutIntoBlocks(pool, page);
        lock (pool.Lock)
            pool.Pages.Insert(0, page);
        return true;
    }

    /// <summary>pool_initialise_page: every block points to the next.</summary>
    /// <remarks>A block that ends exactly at the boundary is skipped (but for the first behind one), as in Linux, whose
    /// comparison was put right years later.</remarks>
    private void CutIntoBlocks(DmaPool pool, DmaPage page)
    {
        ulong boundary = pool.Boundary;
        _shadow?.Fill(page.Address.Value, pool.Allocation, ShadowByte.RedZone);
        for (ulong offset = 0; offset < pool.Allocation;)
        {
            ulong next = offset + pool.BlockSize;
            if (next + pool.BlockSize >= boundary)
            {
                next = boundary;
                boundary += pool.Boundary;
            }
            page.AddBlock((uint)offset);
            *NextFree(page, (uint)offset) = (uint)next;
            offset = next;
        }
    }

    private uint* NextFree(DmaPage page, uint offset) => (uint*)_map.Host(page.Address.Value + offset);

    private Exception DamagedChain(DmaPool pool, DmaPage page, uint offset, uint next) => Bug("mm/dmapool.c", "dma_pool_alloc",
        $"dma_pool {pool.Name}: the free block at {page.Address + offset} was overwritten: it says that {next:x} is the next free one");

    private void RequireAlive(DmaPool pool, string function)
    {
        if (!pool.IsAlive)
            throw Bug("mm/dmapool.c", function, $"dma_pool {pool.Name} was destroyed");
    }
}
