using System.Globalization;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Profiles;

/// <summary>Profiles as people read them.</summary>
internal static class ProfileTables
{
    /// <summary>One line a profile; <paramref name="chosen"/> is marked.</summary>
    public static void WriteList(IReadOnlyList<HardwareProfile> profiles, string chosen, TextWriter output)
    {
        var table = new PlainTable("", "name", ">word", ">page", ">ram", ">cpus", ">l1", ">line", ">dma", ">dma32", ">lowmem", ">orders", "mmu");
        foreach (HardwareProfile profile in profiles)
        {
            table.Add(
                profile.Name == chosen ? "*" : "", profile.Name, Text(profile.WordSize), Size(profile.PageSize), SizeText.Format(profile.Ram),
                Text(profile.Cpus), Text(profile.L1CacheBytes), Text(profile.CacheLineSize), Limit(profile.DmaLimit),
                Limit(profile.Dma32Limit), Limit(profile.LowmemLimit), Text(profile.MaxOrder), Mmu(profile));
        }
        table.Write(output);
    }

    /// <summary>One profile with its zones and what boot reserves.</summary>
    public static void WriteOne(HardwareProfile profile, TextWriter output)
    {
        BootLayout layout = BootLayout.Compute(profile);
        output.WriteLine($"{profile.Name}: {profile.WordSize}-bit, {SizeText.Format(profile.Ram)} RAM in pages of {Size(profile.PageSize)}, {profile.Cpus} {(profile.Cpus == 1 ? "CPU" : "CPUs")}");
        output.WriteLine($"cache lines: {profile.L1CacheBytes} bytes compiled in (L1_CACHE_BYTES), {profile.CacheLineSize} bytes at run time");
        output.WriteLine($"largest block: order {profile.MaxOrder - 1}, {SizeText.Format((ulong)profile.PageSize << (profile.MaxOrder - 1))}; mmu: {Mmu(profile)}");
        foreach (PhysicalRange hole in profile.MemoryMap)
            output.WriteLine($"no RAM: {Range(hole.Start, hole.End)}");
        output.WriteLine();
        WriteZones(layout, output);
        output.WriteLine();
        var reserved = new PlainTable("reserved at boot", ">start", ">end", ">size");
        foreach (Reservation reservation in layout.Reserved)
        {
            (ulong start, ulong end) = (reservation.Start.Value, reservation.End.Value);
            reserved.Add(reservation.What, $"0x{start:x}", $"0x{end:x}", SizeText.Format(end - start));
        }
        reserved.Write(output);
    }

    private static void WriteZones(BootLayout layout, TextWriter output)
    {
        var zones = new PlainTable("zone (pages)", ">start_pfn", ">spanned", ">present", ">min", ">low", ">high", "protection");
        foreach (ZoneLayout zone in layout.Zones)
        {
            zones.Add(
                zone.Name, Text(zone.StartFrame), Text(zone.Spanned), Text(zone.Present), Text(zone.Min), Text(zone.Low), Text(zone.High),
                $"({string.Join(", ", zone.Protection)})");
        }
        zones.Write(output);
    }

    private static string Mmu(HardwareProfile profile) => (profile.Mmu, profile.LargeAllocs) switch
    {
        (true, false) => "yes",
        (false, false) => "no",
        (true, true) => "yes, large allocs",
        _ => "no, large allocs",
    };

    private static string Range(ulong start, ulong end) => $"0x{start:x}-0x{end:x}";

    private static string Limit(ulong bytes) => bytes == 0 ? "-" : SizeText.Format(bytes);

    private static string Size(int bytes) => SizeText.Format((ulong)bytes);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
