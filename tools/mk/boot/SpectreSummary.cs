using System.Globalization;
using MiniKernel.Cli.Terminal;
using MiniKernel.Mm;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MiniKernel.Cli.Boot;

/// <summary>The summary for people at a terminal. Apart, so that the terminal library is loaded there only.</summary>
internal static class SpectreSummary
{
    /// <summary>Draws zones and slabs.</summary>
    public static void WriteMemory(BootSummary summary, Session session)
    {
        IAnsiConsole console = ConsoleOf(session);
        Table buddy = Buddy(summary);
        console.WriteLine();
        console.Write(WidthOf(buddy, console) <= console.Profile.Width ? buddy : BuddyByOrder(summary));
        console.Write(summary.Slob is { } slob ? Slob(summary, slob) : Slabs(summary));
    }

    /// <summary>Draws how the drivers fared.</summary>
    public static void WriteDrivers(IReadOnlyList<DriverOutcome> drivers, Session session)
    {
        Table table = NewTable("drivers").AddColumn(Left("driver")).AddColumn(new TableColumn("state")).AddColumn(new TableColumn("result"));
        foreach (DriverOutcome driver in drivers)
        {
            string colour = driver.IsGood ? "green" : "red";
            table.AddRow(
                $"[bold]{Markup.Escape(driver.Name)}[/]", $"[{colour}]{Markup.Escape(driver.State)}[/]", Markup.Escape(driver.Summary));
        }
        ConsoleOf(session).Write(table);
    }

    private static IAnsiConsole ConsoleOf(Session session)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(session.Out),
            Ansi = session.OutIsColoured ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = session.OutIsColoured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (session.OutWidth != 0)
            console.Profile.Width = session.OutWidth;
        return console;
    }

    private static int WidthOf(IRenderable table, IAnsiConsole console) => table.Measure(RenderOptions.Create(console), int.MaxValue / 2).Max;

    private static Table Buddy(BootSummary summary)
    {
        Table table = NewTable(BuddyTitle(summary)).AddColumn(Left("zone").PadRight(0));
        foreach (ulong size in BlockSizes(summary))
            table.AddColumn(Right(Size(size)).Padding(0, 0));
        table.AddColumn(Right("free").PadLeft(0));
        foreach (ZoneInfo zone in summary.Zones)
            table.AddRow([Bold(zone.Name), .. zone.FreeBlocks.Select(Blocks), Free(zone, summary)]);
        return table;
    }

    // Of a machine with more orders than the terminal is wide.
    private static Table BuddyByOrder(BootSummary summary)
    {
        Table table = NewTable(BuddyTitle(summary)).AddColumn(Right("blocks of"));
        foreach (ZoneInfo zone in summary.Zones)
            table.AddColumn(Right(zone.Name));
        int order = 0;
        foreach (ulong size in BlockSizes(summary))
        {
            int row = order++;
            table.AddRow([new Markup(Size(size)), .. summary.Zones.Select(zone => Blocks(zone.FreeBlocks[row]))]);
        }
        table.AddRow([new Markup("free"), .. summary.Zones.Select(zone => Free(zone, summary))]);
        return table;
    }

    private static string BuddyTitle(BootSummary summary) => $"free blocks on {summary.Profile} (/proc/buddyinfo)";

    private static IEnumerable<ulong> BlockSizes(BootSummary summary)
    {
        int orders = summary.Zones.Count == 0 ? 0 : summary.Zones[0].FreeBlocks.Count;
        return Enumerable.Range(0, orders).Select(order => (ulong)summary.PageSize << order);
    }

    private static Markup Bold(string text) => new($"[bold]{Markup.Escape(text)}[/]");

    private static Markup Blocks(uint blocks) => new(blocks == 0 ? "[grey]0[/]" : Text(blocks));

    private static Markup Free(ZoneInfo zone, BootSummary summary) => new($"[green]{Size((ulong)zone.Free * (ulong)summary.PageSize)}[/]");

    private static Table Slabs(BootSummary summary)
    {
        Table table = NewTable($"slabs: {Text(summary.ActiveObjects)} of {Text(summary.TotalObjects)} objects in use, {PlainSummary.Kibi(summary.TotalBytes)}");
        foreach (string heading in (string[])["objs", "active", "use", "size", "slabs", "/slab", "memory"])
            table.AddColumn(Right(heading).PadRight(0));
        table.AddColumn(Left("name"));
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

    private static Table Slob(BootSummary summary, SlobInfo slob)
    {
        Table table = NewTable($"SLOB: {Text(slob.Blocks)} blocks in use, {PlainSummary.Kibi(summary.SlobBytes)} (no slabs, no /proc/slabinfo)");
        foreach (string heading in (string[])["pages", "with room", "blocks", "in use", "free"])
            table.AddColumn(Right(heading).PadRight(0));
        table.AddColumn(Right("used"));
        table.AddRow(
            Text(slob.Pages), Text(slob.PartlyFree), Text(slob.Blocks), PlainSummary.Kibi(slob.UsedBytes), PlainSummary.Kibi(slob.FreeBytes),
            $"[green]{PlainSummary.Percent(slob.UsedBytes, summary.SlobBytes)}[/]");
        return table;
    }

    private static Table NewTable(string title) => new Table { Border = new FrameBorder(), Title = new TableTitle($"[yellow]{Markup.Escape(title)}[/]") };

    private static TableColumn Left(string heading) => new TableColumn(heading).NoWrap();

    private static TableColumn Right(string heading) => new TableColumn(heading).RightAligned().NoWrap();

    private static string Size(ulong bytes) => MiniKernel.Cli.Config.SizeText.Format(bytes);

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    // Rounded, without lines between columns: eleven orders fit 80 columns.
    private sealed class FrameBorder : TableBorder
    {
        public override string GetPart(TableBorderPart part) => part switch
        {
            TableBorderPart.HeaderSeparator or TableBorderPart.CellSeparator => " ",
            TableBorderPart.HeaderTopSeparator or TableBorderPart.HeaderBottomSeparator or TableBorderPart.FooterBottomSeparator => "─",
            _ => Rounded.GetPart(part),
        };
    }
}
