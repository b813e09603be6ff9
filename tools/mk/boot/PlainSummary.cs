using System.Globalization;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Boot;

/// <summary>The summary in plain text: /proc/buddyinfo, then what slabtop shows, then the drivers.</summary>
internal static class PlainSummary
{
    /// <summary>Writes zones and slabs.</summary>
    public static void WriteMemory(BootSummary summary, TextWriter output)
    {
        output.WriteLine();
        WriteBuddy(summary, output);
        output.WriteLine();
        WriteObjects(summary, output);
    }

    /// <summary>Writes slabs in the layout of procps' slabtop -o; where there are none, what SLOB holds.</summary>
    public static void WriteObjects(BootSummary summary, TextWriter output)
    {
        if (summary.Slob is { } slob)
            WriteSlob(summary, slob, output);
        else
            WriteSlabs(summary, output);
    }

    private static void WriteSlabs(BootSummary summary, TextWriter output)
    {
        WriteUse(output, "Objects", summary.ActiveObjects.ToString(CultureInfo.InvariantCulture), summary.TotalObjects.ToString(CultureInfo.InvariantCulture), Percent(summary.ActiveObjects, summary.TotalObjects));
        WriteUse(output, "Slabs", summary.ActiveSlabs.ToString(CultureInfo.InvariantCulture), summary.TotalSlabs.ToString(CultureInfo.InvariantCulture), Percent(summary.ActiveSlabs, summary.TotalSlabs));
        WriteUse(output, "Caches", summary.ActiveCaches.ToString(CultureInfo.InvariantCulture), summary.Slabs.Count.ToString(CultureInfo.InvariantCulture), Percent(summary.ActiveCaches, (ulong)summary.Slabs.Count));
        WriteUse(output, "Size", Kibi(summary.ActiveBytes), Kibi(summary.TotalBytes), Percent(summary.ActiveBytes, summary.TotalBytes));
        output.WriteLine();
        output.WriteLine("  OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME");
        foreach (SlabInfo slab in summary.SlabsByObjects)
        {
            ulong use = slab.TotalObjects == 0 ? 0 : 100 * slab.ActiveObjects / slab.TotalObjects;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{slab.TotalObjects,6} {slab.ActiveObjects,6} {use,3}% {Kibi(slab.ObjectSize),8} {slab.TotalSlabs,6} {slab.ObjectsPerSlab,8} {summary.BytesOf(slab) / 1024,9}K {slab.Name}"));
        }
    }

    /// <summary>Writes how the drivers fared.</summary>
    public static void WriteDrivers(IReadOnlyList<DriverOutcome> drivers, TextWriter output)
    {
        var table = new PlainTable("DRIVER", "STATE", "RESULT");
        foreach (DriverOutcome driver in drivers)
            table.Add(driver.Name, driver.State, driver.Summary);
        table.Write(output);
    }

    /// <summary>"87.5%", as slabtop rounds.</summary>
    public static string Percent(ulong part, ulong whole) =>
        string.Create(CultureInfo.InvariantCulture, $"{(whole == 0 ? 0 : 100.0 * part / whole):0.0}%");

    /// <summary>"12.00K".</summary>
    public static string Kibi(ulong bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.00}K");

    private static void WriteBuddy(BootSummary summary, TextWriter output)
    {
        foreach (ZoneInfo zone in summary.Zones)
        {
            output.Write($"Node 0, zone {zone.Name,8} ");
            foreach (uint blocks in zone.FreeBlocks)
                output.Write(string.Create(CultureInfo.InvariantCulture, $"{blocks,6} "));
            output.WriteLine();
        }
    }

    // No tool shows that of Linux: with SLOB there is no /proc/slabinfo.
    private static void WriteSlob(BootSummary summary, SlobInfo slob, TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $" SLOB: {Plural.Of((int)slob.Pages, "page")}, {slob.PartlyFree} with free blocks; {Plural.Of((int)slob.Blocks, "block")} in use"));
        WriteUse(output, "Size", Kibi(slob.UsedBytes), Kibi(summary.SlobBytes), Percent(slob.UsedBytes, summary.SlobBytes));
        output.WriteLine(" What takes a page or more is the buddy's own; no slabs, no /proc/slabinfo.");
    }

    private static void WriteUse(TextWriter output, string what, string active, string total, string percent) =>
        output.WriteLine($"{$" Active / Total {what} (% used)",-36}: {active} / {total} ({percent})");
}
