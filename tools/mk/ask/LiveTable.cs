using System.Globalization;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;
using MiniKernel.Core;

namespace MiniKernel.Cli.Ask;

/// <summary>What findleaks shows: what is held, by whom, since when; and, compared with a mark, how it has grown.</summary>
internal static class LiveTable
{
    /// <summary>Writes it.</summary>
    /// <param name="kernel">Whose memory.</param>
    /// <param name="mark">What was held then; null to show all.</param>
    /// <param name="asJson">True for a program.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Kernel kernel, IReadOnlyList<LiveGroup>? mark, bool asJson, TextWriter output)
    {
        IReadOnlyList<(LiveGroup Group, int Growth)> rows = mark is null ? [.. kernel.LiveGroups.Select(group => (group, group.Count))] : Grown(kernel.LiveGroups, mark);
        if (asJson)
        {
            output.WriteLine(Json(kernel, rows));
            return;
        }
        if (kernel.Options.Watch == WatchMode.Bare)
            output.WriteLine("Nobody watches (kernel.watch is \"bare\"): nothing is known.");
        else if (rows.Count == 0)
            output.WriteLine(mark is null ? "Nothing is held." : "Nothing has grown since the mark.");
        else
            WriteTable(kernel, rows, mark is not null, output);
    }

    private static (LiveGroup, int)[] Grown(IReadOnlyList<LiveGroup> now, IReadOnlyList<LiveGroup> then)
    {
        Dictionary<(string, string, CallSite), int> before = then.ToDictionary(group => (group.Module, group.What, group.Site), group => group.Count);
        return [.. now.Select(group => (group, Growth: group.Count - before.GetValueOrDefault((group.Module, group.What, group.Site))))
            .Where(row => row.Growth > 0).OrderByDescending(row => row.Growth)];
    }

    private static void WriteTable(Kernel kernel, IReadOnlyList<(LiveGroup Group, int Growth)> rows, bool isGrowth, TextWriter output)
    {
        output.WriteLine($"{(isGrowth ? " GROWN   COUNT" : " COUNT")}      BYTES   OLDEST   NEWEST  MODULE       WHAT                         CALL SITE");
        foreach ((LiveGroup group, int growth) in rows)
        {
            string count = isGrowth ? $"{"+" + growth.ToString(CultureInfo.InvariantCulture),6} {group.Count,7}" : $"{group.Count,6}";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{count} {group.Bytes,10} {Age(kernel, group.OldestNs),8} {Age(kernel, group.NewestNs),8}  {group.Module,-12} {group.What,-28} {group.Site}"));
        }
        output.WriteLine($"{Plural.Of(rows.Sum(row => row.Group.Count), "object")} at {Plural.Of(rows.Count, "place")}; ages in virtual time.");
    }

    private static string Age(Kernel kernel, ulong takenNs) =>
        string.Create(CultureInfo.InvariantCulture, $"{(kernel.Machine.Clock.NowNs - takenNs) / 1e9:0.000}s");

    private static string Json(Kernel kernel, IReadOnlyList<(LiveGroup Group, int Growth)> rows) => JsonText.Write(json =>
    {
        json.WriteStartArray();
        foreach ((LiveGroup group, int growth) in rows)
        {
            json.WriteStartObject();
            json.WriteString("module", group.Module);
            json.WriteString("what", group.What);
            json.WriteNumber("count", group.Count);
            json.WriteNumber("grown", growth);
            json.WriteNumber("bytes", group.Bytes);
            json.WriteNumber("oldestNs", kernel.Machine.Clock.NowNs - group.OldestNs);
            json.WriteNumber("newestNs", kernel.Machine.Clock.NowNs - group.NewestNs);
            json.WriteString("site", group.Site.ToString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });
}
