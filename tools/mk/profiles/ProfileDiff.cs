using System.Globalization;
using System.Text.Json;
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

    /// <summary>Writes the differences as tables.</summary>
    public static void Write(HardwareProfile left, HardwareProfile right, TextWriter output)
    {
        WriteTable("profile", left, right, Compare(Keys(left), Keys(right)), output);
        output.WriteLine();
        WriteTable("zone: pages present, min/low/high", left, right, Compare(Zones(left), Zones(right)), output);
        output.WriteLine();
        WriteTable("kmalloc: bytes, objects/pages a slab", left, right, Compare(Classes(left), Classes(right)), output);
    }

    /// <summary>Writes the differences as <c>{left, right, profile: {KEY: [A, B]}, zones: {...}, kmalloc: {...}}</c>; what one
    /// of them does not have is null.</summary>
    public static void Write(HardwareProfile left, HardwareProfile right, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("left", left.Name);
        json.WriteString("right", right.Name);
        WriteObject("profile", Compare(Keys(left), Keys(right)), json);
        WriteObject("zones", Compare(Zones(left), Zones(right)), json);
        WriteObject("kmalloc", Compare(Classes(left), Classes(right)), json);
        json.WriteEndObject();
    }

    // Every entry of either side, the left one's order first.
    private static List<(string Name, string? Left, string? Right)> Compare(
        List<(string Name, string Value)> left, List<(string Name, string Value)> right)
    {
        var others = new OrderedDictionary<string, string>(right.Select(entry => KeyValuePair.Create(entry.Name, entry.Value)));
        var pairs = new List<(string, string?, string?)>();
        foreach ((string name, string value) in left)
            pairs.Add((name, value, others.Remove(name, out string? other) ? other : null));
        foreach ((string name, string value) in others)
            pairs.Add((name, null, value));
        return pairs;
    }

    private static void WriteTable(
        string heading, HardwareProfile left, HardwareProfile right, List<(string Name, string? Left, string? Right)> pairs, TextWriter output)
    {
        var table = new PlainTable(heading, $">{left.Name}", $">{right.Name}");
        foreach ((string name, string? of, string? other) in pairs.Where(pair => pair.Left != pair.Right))
            table.Add(name, of ?? Absent, other ?? Absent);
        table.Write(output);
        output.WriteLine($"({pairs.Count(pair => pair.Left == pair.Right)} alike)");
    }

    private static void WriteObject(string name, List<(string Name, string? Left, string? Right)> pairs, Utf8JsonWriter json)
    {
        json.WriteStartObject(name);
        foreach ((string key, string? of, string? other) in pairs.Where(pair => pair.Left != pair.Right))
        {
            json.WriteStartArray(key);
            json.WriteStringValue(of);
            json.WriteStringValue(other);
            json.WriteEndArray();
        }
        json.WriteEndObject();
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
