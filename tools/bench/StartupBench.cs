using System.Diagnostics;
using System.Globalization;

namespace MiniKernel.Bench;

/// <summary>From process start to process end: a boot beside a Generic Host that only starts and stops.</summary>
/// <remarks>Interleaved, medians, output to a file, so that the terminal library is not loaded.</remarks>
internal sealed class StartupBench(int rounds, TextWriter output)
{
    private readonly string _mk = ProgramIn("mk", "mk.dll"), _emptyHost = ProgramIn("emptyhost", "emptyhost.dll");

    private sealed record Contender(string Name, string Program, string Arguments)
    {
        public List<double> Milliseconds { get; } = [];

        public long PeakBytes { get; set; }
    }

    /// <summary>Measures and prints.</summary>
    /// <returns>True when every limit holds.</returns>
    public bool Run()
    {
        var empty = new Contender("empty host", _emptyHost, "");
        var boot = new Contender("mk boot", _mk, "boot");
        var shipped = new Contender("mk boot --profile x86-64-8g", _mk, "boot --profile x86-64-8g");
        var large = new Contender("the same with --set ram=64G", _mk, "boot --profile x86-64-8g --set ram=64G");
        Contender[] all = [empty, boot, shipped, large];
        for (int round = -1; round < rounds; round++)
        {
            foreach (Contender contender in all)
                Start(contender, timed: round >= 0);        // the first round fills the file cache
        }
        output.WriteLine("| program | ms (median) | peak resident MiB |");
        output.WriteLine("|---|---|---|");
        foreach (Contender contender in all)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {contender.Name} | {Median(contender.Milliseconds):f0} | {contender.PeakBytes >> 20} |"));
        output.WriteLine();
        return Holds("mk boot ÷ empty host", boot, empty, 2.0)
            & Holds("64 GiB ÷ 8 GiB", large, shipped, 1.2)
            & HoldsMemory(large, 200);
    }

    private static string ProgramIn(string tool, string file)
    {
        string tools = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));
        return Path.Combine(tools, tool, "bin", "Release", "net10.0", file);
    }

    private static void Start(Contender contender, bool timed)
    {
        string log = Path.GetTempFileName();
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec dotnet '{contender.Program}' {contender.Arguments} >'{log}' 2>&1"]);
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        while (!process.WaitForExit(5))
            contender.PeakBytes = Math.Max(contender.PeakBytes, PeakOf(process.Id));
        if (timed)
            contender.Milliseconds.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        File.Delete(log);
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

    private bool Holds(string name, Contender mine, Contender other, double limit)
    {
        double ratio = Median(mine.Milliseconds) / Median(other.Milliseconds);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {ratio:f2} (at most {limit:f1}: {(ratio <= limit ? "yes" : "NO")})"));
        return ratio <= limit;
    }

    private bool HoldsMemory(Contender contender, long limitMiB)
    {
        bool holds = contender.PeakBytes >> 20 < limitMiB;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{contender.Name}, resident: {contender.PeakBytes >> 20} MiB (under {limitMiB}: {(holds ? "yes" : "NO")})"));
        return holds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
