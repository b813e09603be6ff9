using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>The scatter-gather lists the controller reads: one a tag, in memory it reaches.</summary>
internal sealed class DiskLists
{
    /// <summary>Segments in a list.</summary>
    public const int Entries = 64;

    private const ulong ListBytes = Entries * DiskSegment.Bytes, AllBytes = ListBytes * DiskPort.Tags;
    private readonly VirtualAddress _memory;
    private readonly PhysicalAddress _bus;
    private readonly int _order;

    private DiskLists(VirtualAddress memory, PhysicalAddress bus, int order) => (_memory, _bus, _order) = (memory, bus, order);

    /// <summary>Takes the pages they lie in: two of 4 KiB, one of the larger kinds.</summary>
    /// <returns>Null when there are none below 4 GiB; nothing is held then.</returns>
    public static DiskLists? Allocate(KernelContext kernel)
    {
        int order = 0;
        while (kernel.PageSize << order < AllBytes)
            order++;
        // Which zone lies below 4 GiB depends on the machine: any, where there is no more memory; DMA32; or DMA, on an Itanium.
        ReadOnlySpan<GfpFlags> zones = [GfpFlags.NoWait, GfpFlags.Dma32, GfpFlags.Dma];
        foreach (GfpFlags zone in zones)
        {
            VirtualAddress memory = kernel.GetFreePages(GfpFlags.Kernel | zone, order);
            if (memory.IsNull)
                return null;
            PhysicalAddress bus = kernel.VirtToPhys(memory);
            if (bus.Value + AllBytes <= DiskPort.Reach)
                return new DiskLists(memory, bus, order);
            kernel.FreePages(memory, order);
        }
        return null;
    }

    /// <summary>Gives the pages back.</summary>
    public void Free(KernelContext kernel) => kernel.FreePages(_memory, _order);

    /// <summary>Where the controller finds a tag's list.</summary>
    public PhysicalAddress BusAddress(int tag) => _bus + ((ulong)tag * ListBytes);

    /// <summary>Writes a tag's list.</summary>
    public void Fill(KernelContext kernel, int tag, IReadOnlyList<DmaSegment> segments)
    {
        VirtualAddress entry = _memory + ((ulong)tag * ListBytes);
        foreach (DmaSegment segment in segments)
        {
            kernel.Write(entry + DiskSegment.AddressOffset, segment.Address.Value);
            kernel.Write(entry + DiskSegment.LengthOffset, segment.Bytes);
            entry += DiskSegment.Bytes;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _bus.ToString();
}
