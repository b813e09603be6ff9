using System.Text.Json;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Profiles;

/// <summary><c>mk profiles</c>: lists or shows hardware profiles; no machine is needed.</summary>
internal static class ProfilesVerb
{
    /// <summary>Prints all profiles or one.</summary>
    /// <exception cref="UsageException">There is no profile of that name.</exception>
    public static int Run(BootOptions options, string? name, bool asJson, TextWriter output)
    {
        if (name is null)
        {
            if (asJson)
                output.WriteLine(JsonText.Write(json => WriteAll(json, Listed(options))));
            else
                ProfileTables.WriteList(Listed(options), options.Profile.Name, output);
            return ExitCode.Ok;
        }
        HardwareProfile profile = Find(options, name);
        if (asJson)
            output.WriteLine(JsonText.Write(json => WriteOne(json, profile)));
        else
            ProfileTables.WriteOne(profile, output);
        return ExitCode.Ok;
    }

    /// <summary>Prints what differs between two profiles.</summary>
    /// <exception cref="UsageException">One of them is unknown.</exception>
    public static int Compare(BootOptions options, string left, string right, bool asJson, TextWriter output)
    {
        (HardwareProfile one, HardwareProfile other) = Both(options, left, right);
        if (asJson)
            output.WriteLine(JsonText.Write(json => ProfileDiff.Write(one, other, json)));
        else
            ProfileDiff.Write(one, other, output);
        return ExitCode.Ok;
    }

    // The chosen machine stands for its profile, so that --set shows here as well.
    private static IReadOnlyList<HardwareProfile> Listed(BootOptions options) =>
        [.. options.Profiles.Select(profile => profile.Name == options.Profile.Name ? options.Profile : profile)];

    private static HardwareProfile Find(BootOptions options, string name)
    {
        var mistakes = new List<string>();
        return Find(options, name, mistakes) ?? throw new UsageException(mistakes);
    }

    private static (HardwareProfile Left, HardwareProfile Right) Both(BootOptions options, string left, string right)
    {
        var mistakes = new List<string>();
        HardwareProfile? one = Find(options, left, mistakes), other = Find(options, right, mistakes);
        return one is not null && other is not null ? (one, other) : throw new UsageException(mistakes);
    }

    private static HardwareProfile? Find(BootOptions options, string name, List<string> mistakes) =>
        name == options.Profile.Name ? options.Profile : ProfileChoice.Find(options, name, mistakes);

    private static void WriteAll(Utf8JsonWriter json, IReadOnlyList<HardwareProfile> profiles)
    {
        json.WriteStartArray();
        foreach (HardwareProfile profile in profiles)
            WriteOne(json, profile);
        json.WriteEndArray();
    }

    private static void WriteOne(Utf8JsonWriter json, HardwareProfile profile)
    {
        BootLayout layout = BootLayout.Compute(profile);
        json.WriteStartObject();
        json.WriteString("name", profile.Name);
        json.WriteNumber("wordSize", profile.WordSize);
        json.WriteNumber("pageSize", profile.PageSize);
        json.WriteNumber("ram", profile.Ram);
        json.WriteNumber("cpus", profile.Cpus);
        json.WriteNumber("l1CacheBytes", profile.L1CacheBytes);
        json.WriteNumber("cacheLineSize", profile.CacheLineSize);
        json.WriteNumber("maxOrder", profile.MaxOrder);
        json.WriteStartArray("zones");
        foreach (ZoneLayout zone in layout.Zones.Where(zone => zone.Spanned != 0)) // as /proc/zoneinfo: populated zones only
            WriteZone(json, zone);
        json.WriteEndArray();
        json.WriteStartArray("reserved");
        foreach (Reservation reservation in layout.Reserved)
        {
            json.WriteStartObject();
            json.WriteString("what", reservation.What);
            json.WriteNumber("start", reservation.Start.Value);
            json.WriteNumber("end", reservation.End.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteZone(Utf8JsonWriter json, ZoneLayout zone)
    {
        json.WriteStartObject();
        json.WriteString("name", zone.Name);
        json.WriteNumber("startPfn", zone.StartFrame);
        json.WriteNumber("spanned", zone.Spanned);
        json.WriteNumber("present", zone.Present);
        json.WriteNumber("min", zone.Min);
        json.WriteNumber("low", zone.Low);
        json.WriteNumber("high", zone.High);
        json.WriteStartArray("protection");
        foreach (uint pages in zone.Protection)
            json.WriteNumberValue(pages);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
