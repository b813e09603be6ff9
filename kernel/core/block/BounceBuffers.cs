using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Stand-ins for memory a device does not reach: copied before a write, after a read (Linux 2.6 mm/bounce.c).</summary>
/// <remarks>The pages are the kernel's, not the module's. Linux keeps a few in reserve; here a bio without ends with
/// -ENOMEM. It bounces bio by bio, not page by page.</remarks>
internal sealed class BounceBuffers(Kernel kernel)
{
    /// <summary>Sees to it that the device reaches every byte.</summary>
    public Errno Map(CpuState cpu, Bio bio, ulong limit)
    {
        bio.Mapped = bio.Segments;
        bio.Bounce = [];
        if (Reaches(bio.Segments, limit))
            return Errno.Success;
        GfpFlags wait = cpu.InAtomic || !cpu.InterruptsEnabled ? GfpFlags.NoWait : GfpFlags.NoIo;
        List<BioSegment> pages = [];
        for (ulong left = bio.Bytes; left != 0;)
        {
            uint bytes = (uint)Math.Min(left, (ulong)kernel.Machine.Profile.PageSize);
            VirtualAddress page = TakePage(cpu, wait | GfpFlags.NoWarn, limit);
            if (page.IsNull)
            {
                Free(cpu, pages);
                return Errno.ENOMEM;
            }
            pages.Add(new BioSegment(page, bytes));
            left -= bytes;
        }
        bio.Bounce = [.. pages];
        bio.Mapped = pages;
        if (bio.Direction == BlockDirection.Write)
        {
            Look(cpu, bio);
            Copy(cpu, bio.Segments, pages);
        }
        return Errno.Success;
    }

    /// <summary>The device is through.</summary>
    /// <param name="cpu">The CPU that runs.</param>
    /// <param name="bio">What has ended.</param>
    /// <param name="arrived">True when what was read is there.</param>
    public void Unmap(CpuState cpu, Bio bio, bool arrived)
    {
        if (bio.Bounce.IsEmpty)
            return;
        if (arrived && bio.Direction == BlockDirection.Read)
        {
            Look(cpu, bio);
            Copy(cpu, bio.Bounce, bio.Segments);
        }
        Free(cpu, bio.Bounce);
        bio.Bounce = [];
        bio.Mapped = bio.Segments;
    }

    /// <summary>Gives pages back.</summary>
    public void Free(CpuState cpu, IEnumerable<BioSegment> pages)
    {
        foreach (BioSegment page in pages)
            kernel.Mm.FreePages(cpu.Mm, page.Address, 0);
    }

    // The copy stands for what the device would have done to the driver's memory.
    private void Look(CpuState cpu, Bio bio)
    {
        foreach (BioSegment segment in bio.Segments)
            kernel.Shadow?.Check(cpu.Mm, segment.Address, segment.Bytes, bio.Direction == BlockDirection.Read, cpu.Site.File, cpu.Site.Line, cpu.Site.Member);
    }

    private bool Reaches(IReadOnlyList<BioSegment> segments, ulong limit)
    {
        foreach (BioSegment segment in segments)
        {
            if (!IsBelow(segment.Address, segment.Bytes, limit))
                return false;
        }
        return true;
    }

    private bool IsBelow(VirtualAddress address, uint bytes, ulong limit) =>
        kernel.Mm.TryVirtToPhys(address, out PhysicalAddress physical) && physical.Value < limit && bytes <= limit - physical.Value;

    // As dma_alloc_coherent() tries its zones: which of them lies below the limit is the profile's affair.
    private VirtualAddress TakePage(CpuState cpu, GfpFlags flags, ulong limit)
    {
        ReadOnlySpan<GfpFlags> zones = [GfpFlags.NoWait, GfpFlags.Dma32, GfpFlags.Dma];
        foreach (GfpFlags zone in zones)
        {
            VirtualAddress page = kernel.Mm.GetFreePages(cpu.Mm, flags | zone, 0);
            if (page.IsNull || IsBelow(page, (uint)kernel.Machine.Profile.PageSize, limit))
                return page;
            kernel.Mm.FreePages(cpu.Mm, page, 0);
        }
        return VirtualAddress.Null;
    }

    // Both lists hold the same number of bytes, cut differently.
    private static void Copy(CpuState cpu, IReadOnlyList<BioSegment> from, IReadOnlyList<BioSegment> to)
    {
        int target = 0;
        uint filled = 0;
        foreach (BioSegment segment in from)
        {
            for (uint taken = 0; taken < segment.Bytes;)
            {
                uint count = Math.Min(segment.Bytes - taken, to[target].Bytes - filled);
                CopyBytes(cpu, segment.Address + taken, to[target].Address + filled, count);
                taken += count;
                filled += count;
                if (filled == to[target].Bytes)
                    (target, filled) = (target + 1, 0);
            }
        }
    }

    private static void CopyBytes(CpuState cpu, VirtualAddress from, VirtualAddress to, uint count)
    {
        if (cpu.Mm.TryGetSpan(from, count, out Span<byte> source) && cpu.Mm.TryGetSpan(to, count, out Span<byte> target))
            source.CopyTo(target);
    }
}
