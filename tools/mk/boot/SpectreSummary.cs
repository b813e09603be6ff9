using System.Globalization;
using MiniKernel.Mm;
using Spectre.Console;

namespace MiniKernel.Cli.Boot;

/// <summary>The summary for people at a terminal. Apart, so that the terminal library is loaded there only.</summary>
internal static class SpectreSummary
{
    /// <summary>Draws it.</summary>
    public static void Write(BootSummary summary, TextWriter output, bool coloured)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = coloured ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = coloured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.WriteLine();
        console.Write(Buddy(summary));
        console.Write(Slabs(summary));
        if (summary.Drivers.Count != 0)
            console.Write(Drivers(summary));
    }

    private static Table Buddy(BootSummary summary)
    {
        Table table = NewTable($"free blocks on {summary.Profile} (/proc/buddyinfo)").AddColumn("zone");
        int orders = summary.Zones.Count == 0 ? 0 : summary.Zones[0].FreeBlocks.Count;
        for (int order = 0; order < orders; order++)
            table.AddColumn(new TableColumn(Size((ulong)summary.PageSize << order)).RightAligned());
        table.AddColumn(new TableColumn("free").RightAligned());
        foreach (ZoneInfo zone in summary.Zones)
        {
            table.AddRow([
                new Markup($"[bold]{Markup.Escape(zone.Name)}[/]"),
                .. zone.FreeBlocks.Select(blocks => new Markup(blocks == 0 ? "[grey]0[/]" : Text(blocks))),
                new Markup($"[green]{Size((ulong)zone.Free * (ulong)summary.PageSize)}[/]"),
            ]);
        }
        return table;
    }

    private static Table Slabs(BootSummary summary)
    {
        Table table = NewTable($"slabs: {Text(summary.ActiveObjects)} of {Text(summary.TotalObjects)} objects in use, {PlainSummary.Kibi(summary.TotalBytes)}");
        foreach (string heading in (string[])["objs", "active", "use", "size", "slabs", "/slab", "memory"])
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
        table.AddColumn(new TableColumn("name").NoWrap());
        foreach (SlabInfo slab in summary.SlabsByObjects)
        {
            ulong use = slab.TotalObjects == 0 ? 0 : 100 * slab.ActiveObjects / slab.TotalObjects;
            string colour = use >= 75 ? "green" : use >= 25 ? "yellow" : "grey";
            table.AddRow(
                Text(slab.TotalObjects), Text(slab.ActiveObjects), $"[{colour}]{use}%[/]", Text(slab.ObjectSize), Text(slab.TotalSlabs),
                Text(slab.ObjectsPerSlab), $"{summary.BytesOf(slab) / 1024}K", $"[bold]{Markup.Escape(slab.Name)}[/]");
        }
        return table;
    }

    private static Table Drivers(BootSummary summary)
    {
        Table table = NewTable("drivers").AddColumn("driver").AddColumn("state").AddColumn("result");
        foreach (DriverOutcome driver in summary.Drivers)
        {
            string colour = driver.IsGood ? "green" : "red";
            table.AddRow(
                $"[bold]{Markup.Escape(driver.Name)}[/]", $"[{colour}]{Markup.Escape(driver.State)}[/]", Markup.Escape(driver.Summary));
        }
        return table;
    }

    private static Table NewTable(string title) => new Table { Border = TableBorder.Rounded, Title = new TableTitle($"[yellow]{Markup.Escape(title)}[/]") };

    private static string Size(ulong bytes) => MiniKernel.Cli.Config.SizeText.Format(bytes);

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
