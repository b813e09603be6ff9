using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>What mm says in shadow memory. There is none when nobody watches that closely.</summary>
/// <remarks>Pages begin as their allocator's own; what is handed out is opened for exactly as long as it is held. Source of
/// the rules: Linux mm/kasan/common.c; a byte here has a shadow byte of its own (<see cref="ShadowByte"/>).</remarks>
internal sealed class ShadowMap(ShadowMemory memory, KernelMap map, int pageShift)
{
    /// <summary>Bytes that part an object from the next (KASAN's optimal_redzone): what overruns it by less is found.</summary>
    public static uint RedZoneFor(ulong size) => size switch
    {
        <= 64 - 16 => 16,
        <= 128 - 32 => 32,
        <= 512 - 64 => 64,
        <= 4096 - 128 => 128,
        <= (1 << 14) - 256 => 256,
        <= (1 << 15) - 512 => 512,
        <= (1 << 16) - 1024 => 1024,
        _ => 2048,
    };

    /// <summary>The same where blocks share pages: none when it would not fit into one.</summary>
    public static uint RedZoneFor(ulong size, ulong limit) => size + RedZoneFor(size) < limit ? RedZoneFor(size) : 0;

    /// <summary>Pages are an allocator's.</summary>
    public void PagesTaken(PageFrameNumber frame, int order) => FillPages(frame, order, ShadowByte.RedZone);

    /// <summary>Pages are somebody's to use.</summary>
    public void PagesOpened(PageFrameNumber frame, int order) => FillPages(frame, order, ShadowByte.Open);

    /// <summary>Pages are in a pool's reserve.</summary>
    public void PagesClosed(PageFrameNumber frame, int order) => FillPages(frame, order, ShadowByte.Freed);

    /// <summary>Pages are free.</summary>
    public void PagesFreed(PageFrameNumber frame, int order) => FillPages(frame, order, ShadowByte.PageFreed);

    /// <summary>An object is somebody's to use: as much of it as was asked for.</summary>
    /// <param name="address">Where it lies.</param>
    /// <param name="size">Bytes asked for.</param>
    /// <param name="extent">Bytes it has.</param>
    public void ObjectOpened(ulong address, ulong size, ulong extent)
    {
        Fill(address, size, ShadowByte.Open);
        Fill(address + size, extent - size, ShadowByte.RedZone);
    }

    /// <summary>An object is nobody's any more, or in a pool's reserve.</summary>
    public void ObjectClosed(ulong address, ulong extent) => Fill(address, extent, ShadowByte.Freed);

    /// <summary>Says something of bytes of the direct map.</summary>
    public void Fill(ulong address, ulong length, ShadowByte value)
    {
        if (address - map.Base < map.Size)        // a freed pointer that was none may come back from an allocator
            Fill(new PhysicalAddress(address - map.Base), length, value);
    }

    /// <summary>Says something of bytes of RAM.</summary>
    public void Fill(PhysicalAddress start, ulong length, ShadowByte value) => memory.Fill(start, length, value);

    /// <summary>What is said of the byte at an address of the direct map.</summary>
    public ShadowByte this[ulong address] => memory[new PhysicalAddress(address - map.Base)];

    private void FillPages(PageFrameNumber frame, int order, ShadowByte value) =>
        Fill(new PhysicalAddress((ulong)frame.Value << pageShift), 1UL << (pageShift + order), value);
}
