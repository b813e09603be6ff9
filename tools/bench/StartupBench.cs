using System.Diagnostics;
using System.Globalization;

namespace MiniKernel.Bench;

/// <summary>From process start to process end: a boot beside a Generic Host that only starts and stops.</summary>
/// <remarks>Interleaved, medians, output to a pipe, so that the terminal library is not loaded.</remarks>
internal sealed class StartupBench(int rounds, string mk, string emptyHost)
{
    private sealed record Contender(string Name, string Program, string Arguments)
    {
        public List<double> Milliseconds { get; } = [];

        public long PeakBytes { get; set; }
    }

    /// <summary>Measures.</summary>
    public BenchReport Run()
    {
        var empty = new Contender("empty host", emptyHost, "");
        var boot = new Contender("mk boot", mk, "boot");
        var shipped = new Contender("mk boot --profile x86-64-8g", mk, "boot --profile x86-64-8g");
        var large = new Contender("the same with --set ram=64G", mk, "boot --profile x86-64-8g --set ram=64G");
        Contender[] all = [empty, boot, shipped, large];
        for (int round = -1; round < rounds; round++)
        {
            foreach (Contender contender in all)
                Start(contender, timed: round >= 0);        // the first round fills the file cache
        }
        double host = Ratio(boot, empty), size = Ratio(large, shipped);
        return new BenchReport(
            [new BenchTable(["program", "ms (median)", "peak resident MiB"], [.. all.Select(Row)])],
            [
                string.Create(CultureInfo.InvariantCulture, $"A boot with its drivers' work takes {host:f2} times an empty Generic Host (aim: at most 2.0)."),
                string.Create(CultureInfo.InvariantCulture, $"A machine with 64 GiB takes {size:f2} times one with 8 GiB (aim: at most 1.2){Resident(large)}."),
            ]);
    }

    private static string[] Row(Contender contender) =>
        [contender.Name, Median(contender.Milliseconds).ToString("f0", CultureInfo.InvariantCulture), contender.PeakBytes == 0 ? "" : $"{contender.PeakBytes >> 20}"];

    private static double Ratio(Contender mine, Contender other) => Median(mine.Milliseconds) / Median(other.Milliseconds);

    private static string Resident(Contender contender) => contender.PeakBytes == 0 ? "" : $", in {contender.PeakBytes >> 20} MiB";

    private static void Start(Contender contender, bool timed)
    {
        var start = new ProcessStartInfo("dotnet", [contender.Program, .. contender.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.WaitForExit(5))
            contender.PeakBytes = Math.Max(contender.PeakBytes, PeakOf(process.Id));
        if (timed)
            contender.Milliseconds.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
    }

    // Read from /proc: the process may end at any moment, which is no exception there. Elsewhere nothing is shown.
    private static long PeakOf(int process)
    {
        const string label = "VmHWM:";
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(text => text.StartsWith(label, StringComparison.Ordinal));
            return line == null ? 0 : long.Parse(line[label.Length..^"kB".Length].Trim(), NumberStyles.None, CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
