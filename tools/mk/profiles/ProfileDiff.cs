using System.Globalization;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Geometry;
using MiniKernel.Cli.Terminal;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Profiles;

/// <summary>What differs between two machines: their keys, and what follows for zones and kmalloc classes.</summary>
internal static class ProfileDiff
{
    private const string Absent = "-";

    /// <summary>Writes the differences.</summary>
    public static void Write(HardwareProfile left, HardwareProfile right, TextWriter output)
    {
        WriteTable("profile", left, right, Keys, output);
        output.WriteLine();
        WriteTable("zone: pages present, min/low/high", left, right, Zones, output);
        output.WriteLine();
        WriteTable("kmalloc: bytes, objects/pages a slab", left, right, Classes, output);
    }

    private static void WriteTable(
        string heading, HardwareProfile left, HardwareProfile right, Func<HardwareProfile, List<(string Name, string Value)>> describe, TextWriter output)
    {
        List<(string Name, string Value)> of = describe(left);
        Dictionary<string, string> others = describe(right).ToDictionary(entry => entry.Name, entry => entry.Value);
        var table = new PlainTable(heading, $">{left.Name}", $">{right.Name}");
        int same = 0;
        foreach ((string name, string value) in of)
        {
            string other = others.Remove(name, out string? found) ? found : Absent;
            if (value == other)
                same++;
            else
                table.Add(name, value, other);
        }
        foreach ((string name, string value) in others)
            table.Add(name, Absent, value);
        table.Write(output);
        output.WriteLine($"({same} alike)");
    }

    private static List<(string Name, string Value)> Keys(HardwareProfile profile) =>
    [
        ("wordSize", Text(profile.WordSize)), ("pageSize", Size(profile.PageSize)), ("ram", SizeText.Format(profile.Ram)),
        ("memoryMap", Ranges(profile.MemoryMap)), ("kernelImage", Ranges([profile.KernelImage])), ("cpus", Text(profile.Cpus)),
        ("l1CacheBytes", Text(profile.L1CacheBytes)), ("cacheLineSize", Text(profile.CacheLineSize)),
        ("dmaLimit", SizeText.Format(profile.DmaLimit)), ("dma32Limit", SizeText.Format(profile.Dma32Limit)),
        ("lowmemLimit", SizeText.Format(profile.LowmemLimit)), ("maxOrder", Text(profile.MaxOrder)),
        ("mmu", profile.Mmu ? "true" : "false"), ("largeAllocs", profile.LargeAllocs ? "true" : "false"),
    ];

    private static List<(string Name, string Value)> Zones(HardwareProfile profile) =>
    [
        .. BootLayout.Compute(profile).Zones.Where(zone => zone.Spanned != 0).Select(zone =>
            (zone.Name, string.Create(CultureInfo.InvariantCulture, $"{zone.Present}, {zone.Min}/{zone.Low}/{zone.High}"))),
    ];

    private static List<(string Name, string Value)> Classes(HardwareProfile profile)
    {
        var classes = new List<(string, string)>();
        foreach (CacheRequest cache in GeometryRow.KmallocClasses(profile))
        {
            if (GeometryRow.Of(profile, cache, out _) is { } row)
                classes.Add((row.Name, string.Create(CultureInfo.InvariantCulture, $"{row.ObjectSize}, {row.ObjectsPerSlab}/{row.PagesPerSlab}{(row.IsOffSlab ? " off-slab" : "")}")));
        }
        return classes;
    }

    private static string Ranges(IEnumerable<PhysicalRange> ranges)
    {
        string text = string.Join(" ", ranges.Select(range => $"{SizeText.Format(range.Start)}-{SizeText.Format(range.End)}"));
        return text.Length == 0 ? Absent : text;
    }

    private static string Size(int bytes) => SizeText.Format((ulong)bytes);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
