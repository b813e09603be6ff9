using System.Globalization;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Replay;

/// <summary>The figures of a replay, a column a machine.</summary>
internal static class ReplaySummary
{
    /// <summary>Writes the table.</summary>
    public static void Write(IReadOnlyList<ReplayFigures> machines, TextWriter output)
    {
        var table = new PlainTable(["", .. machines.Select(machine => ">" + machine.Profile.Name)]);
        Row("allocations", machine => $"{machine.Allocations}");
        Row("failed", machine => $"{machine.Failures}");
        Row("BUG", machine => $"{machine.Bugs}");
        Row("OOM", machine => $"{machine.OutOfMemory}");
        Row("requested", machine => Kibi(machine.Requested));
        Row("handed out", machine => Kibi(machine.HandedOut));
        Row("waste in objects", machine => Share(machine.HandedOut - Math.Min(machine.Requested, machine.HandedOut), machine.HandedOut));
        Row("most pages taken", machine => $"{machine.PeakFrames}");
        Row("  as memory", machine => Kibi(machine.PeakFrames * (ulong)machine.Profile.PageSize));
        Moment("fullest", machine => machine.Fullest);
        Moment("end", machine => machine.Last);
        table.Write(output);

        void Row(string label, Func<ReplayFigures, string> figure) => table.Add([label, .. machines.Select(figure)]);

        void Moment(string when, Func<ReplayFigures, MemoryMoment> moment)
        {
            Row($"{when}: requested, in use", machine => Kibi(moment(machine).InUseBytes));
            Row($"{when}: slabs", machine => Kibi(moment(machine).SlabBytes));
            Row($"{when}: waste in slabs", machine => Share(moment(machine).SlabBytes - Math.Min(moment(machine).ActiveBytes, moment(machine).SlabBytes), moment(machine).SlabBytes));
            Row($"{when}: largest free order", machine => moment(machine).LargestOrder is >= 0 and var order ? $"{order}" : "-");
            for (int order = 1, orders = machines.Max(machine => machine.Profile.MaxOrder); order < orders; order++)
            {
                int at = order;
                Row($"{when}: unusable, order {at}", machine => at < machine.Profile.MaxOrder ? moment(machine).UnusableIndex(at).ToString("F3", CultureInfo.InvariantCulture) : "-");
            }
        }
    }

    private static string Kibi(ulong bytes) => bytes < 10 << 10 ? $"{bytes}" : $"{(bytes + 512) >> 10}K";

    private static string Share(ulong part, ulong whole) =>
        whole == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:F1}%");
}
