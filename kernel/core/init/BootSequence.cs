using System.Globalization;
using System.Text;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>start_kernel(): the stages of boot in order, with the texts of Linux 2.6.24 (init/main.c, arch/x86, mm/page_alloc.c).</summary>
/// <remarks>Boot takes no virtual time and no simulated memory beyond mm's own. Lines whose source Linux has and this
/// machine has not (BIOS tables, ACPI, calibration) are left out rather than made up.</remarks>
internal sealed class BootSequence(Kernel kernel)
{
    private HardwareProfile Profile => kernel.Machine.Profile;

    public void Run()
    {
        SetupArch();
        kernel.Mm.MemInit();
        PrintMemory();
        kernel.Mm.KmemCacheInit();
        kernel.Mm.SetWatermarks();
        if (!kernel.Mm.HasSlabs && kernel.Options.Mm.SlabDebug.Length != 0)
            kernel.Print(LogLevel.Warning, "slab_debug has no effect: SLOB has no debugging of its own");
        kernel.Interrupts.Start();
        if (Profile.Cpus > 1)
            Info($"Brought up {Profile.Cpus} CPUs");
        if (kernel.Mm.HasSlabs)
            kernel.Reaper.Start();
    }

    private void SetupArch()
    {
        kernel.Print(LogLevel.Notice, KernelVersion.Banner(kernel.Machine));
        Info(MemoryMap());
        if (Profile.HasHighMem)
        {
            kernel.Print(LogLevel.Notice, $"{(Profile.Ram - Profile.LowmemBytes) >> 20}MB HIGHMEM available.");
            kernel.Print(LogLevel.Notice, $"{Profile.LowmemBytes >> 20}MB LOWMEM available.");
        }
        PrintZones();
        kernel.Print(LogLevel.Notice, $"Kernel command line: {kernel.Options.EffectiveCommandLine}");
    }

    private string MemoryMap()
    {
        StringBuilder text = new("BIOS-provided physical RAM map:\n");
        ulong start = 0;
        foreach (PhysicalRange hole in Profile.MemoryMap)
        {
            Append(start, hole.Start);
            start = hole.End;
        }
        Append(start, Profile.Ram);
        return text.ToString();

        void Append(ulong from, ulong to)
        {
            if (from < to)
                text.Append(CultureInfo.InvariantCulture, $" BIOS-e820: {from:x16} - {to:x16} (usable)\n");
        }
    }

    private void PrintZones()
    {
        IReadOnlyList<ZoneLayout> zones = kernel.Mm.Layout.Zones;
        StringBuilder ranges = new("Zone PFN ranges:\n");
        uint end = 0;
        ulong total = 0;
        foreach (ZoneLayout zone in zones)
        {
            uint start = zone.Spanned == 0 ? end : zone.StartFrame;
            end = start + zone.Spanned;
            total += zone.Present;
            ranges.Append(CultureInfo.InvariantCulture, $"  {zone.Name,-8} {start,8} -> {end,8}\n");
        }
        Info(ranges.ToString());
        foreach (ZoneLayout zone in zones)
            PrintZone(zone);
        Info($"Built 1 zonelists in Zone order, mobility grouping off.  Total pages: {total}");
    }

    private void PrintZone(ZoneLayout zone)
    {
        if (zone.Spanned == 0)
            return;
        uint memmap = zone.Spanned - FrameCount.Holes(Profile, zone.StartFrame, zone.Spanned) - zone.Present;
        kernel.Print(LogLevel.Debug, $"  {zone.Name} zone: {memmap} pages used for memmap");
        if (zone == kernel.Mm.Layout.Zones[0])
            kernel.Print(LogLevel.Debug, $"  {zone.Name} zone: 0 pages reserved");
        kernel.Print(LogLevel.Debug, $"  {zone.Name} zone: {zone.Present} pages, LIFO batch:{FrameCount.PcpBatch(zone.Present, Profile.PageSize)}");
    }

    // mem_init(): "data" and "init" are part of the image, which the profile gives as one.
    private void PrintMemory()
    {
        int kibShift = Profile.PageShift - 10;
        ulong free = kernel.Mm.TotalRamPages << kibShift;
        ulong all = (ulong)Profile.Frames << kibShift;
        ulong holes = (ulong)FrameCount.Holes(Profile, 0, Profile.Frames) << kibShift;
        ulong highmem = (Profile.Ram - Profile.LowmemBytes) >> 10;
        Info(
            $"Memory: {free}k/{all}k available ({Profile.KernelImage.Length >> 10}k kernel code, {all - holes - free}k reserved, 0k data, 0k init"
            + (Profile.WordSize == 32 ? $", {highmem}k highmem)" : ")"));
    }

    private void Info(string text) => kernel.Print(LogLevel.Info, text);
}
