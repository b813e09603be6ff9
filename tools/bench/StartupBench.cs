using System.Diagnostics;
using System.Globalization;

namespace MiniKernel.Bench;

/// <summary>From process start to process end: a boot beside a Generic Host that only starts and stops, a C module beside a boot.</summary>
/// <remarks>Interleaved, medians, output to a pipe, so that the terminal library is not loaded.</remarks>
internal sealed class StartupBench(int rounds, string mk, string emptyHost, string module)
{
    private const string BareMachine = """{ "machine": "i386-32" }""";

    private sealed record Contender(string Name, string Program, params string[] Arguments)
    {
        /// <summary>Null for the current one, whose boot.json it is then.</summary>
        public string? Folder { get; init; }

        public List<double> Milliseconds { get; } = [];

        public long PeakBytes { get; set; }
    }

    /// <summary>Measures.</summary>
    public BenchReport Run()
    {
        DirectoryInfo bare = Directory.CreateTempSubdirectory("mk-bench-");
        try
        {
            File.WriteAllText(Path.Combine(bare.FullName, "boot.json"), BareMachine);
            return Run(bare.FullName);
        }
        finally
        {
            bare.Delete(recursive: true);
        }
    }

    private BenchReport Run(string bare)
    {
        var empty = new Contender("empty host", emptyHost);
        var boot = new Contender("mk boot", mk, "boot");
        var shipped = new Contender("mk boot --profile x86-64-8g", mk, "boot", "--profile", "x86-64-8g");
        var large = new Contender("the same with --set ram=64G", mk, "boot", "--profile", "x86-64-8g", "--set", "ram=64G");
        var alone = new Contender("mk boot without drivers", mk, "boot") { Folder = bare };
        var insmod = new Contender($"mk insmod {Path.GetFileName(module)}", mk, "insmod", module) { Folder = bare };
        Contender[] all = [empty, boot, shipped, large, alone, insmod];
        for (int round = -1; round < rounds; round++)
        {
            foreach (Contender contender in all)
                Start(contender, timed: round >= 0);        // the first round fills the file cache
        }
        double host = Ratio(boot, empty), size = Ratio(large, shipped), whole = Median(insmod.Milliseconds);
        double beyond = Median([.. insmod.Milliseconds.Zip(alone.Milliseconds, static (one, other) => one - other)]);
        return new BenchReport(
            [new BenchTable(["program", "ms (median)", "peak resident MiB"], [.. all.Select(Row), ["beyond that boot", Text(beyond), ""]])],
            [
                string.Create(CultureInfo.InvariantCulture, $"A boot with its drivers' work takes {host:f2} times an empty Generic Host (aim: at most 2.0)."),
                string.Create(CultureInfo.InvariantCulture, $"A machine with 64 GiB takes {size:f2} times one with 8 GiB (aim: at most 1.2){Resident(large)}."),
                string.Create(CultureInfo.InvariantCulture, $"A C module is loaded, works and is gone after {whole:f0} ms (at most 200), {beyond:f0} ms of them beyond a boot (aim: at most 80)."),
            ]);
    }

    private static string[] Row(Contender contender) =>
        [contender.Name, Text(Median(contender.Milliseconds)), contender.PeakBytes == 0 ? "" : $"{contender.PeakBytes >> 20}"];

    private static string Text(double milliseconds) => milliseconds.ToString("f0", CultureInfo.InvariantCulture);

    private static double Ratio(Contender mine, Contender other) => Median(mine.Milliseconds) / Median(other.Milliseconds);

    private static string Resident(Contender contender) => contender.PeakBytes == 0 ? "" : $", in {contender.PeakBytes >> 20} MiB";

    private static void Start(Contender contender, bool timed)
    {
        var start = new ProcessStartInfo("dotnet", [contender.Program, .. contender.Arguments])
        {
            WorkingDirectory = contender.Folder ?? "",
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
