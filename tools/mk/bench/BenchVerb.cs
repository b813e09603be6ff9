using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using MiniKernel.Bench;
using MiniKernel.Cli.CommandLine;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Bench;

/// <summary><c>mk bench</c>: measures, and reads the figures for who asked.</summary>
internal static class BenchVerb
{
    private const int DefaultRounds = 31, StartupRounds = 9, ReliableRounds = 25, MaxRounds = 10_000;
    private const long LeastRam = 4L << 20;       // ten thousand objects and their slabs
    private const string Startup = "startup", Allocators = "allocators", X86 = "x86";

    /// <summary>Measures and prints.</summary>
    /// <param name="profile">The machine.</param>
    /// <param name="what">One of <see cref="HelpTexts.Benchmarks"/>.</param>
    /// <param name="rounds">How often; null for as often as fits.</param>
    /// <param name="session">Where to.</param>
    /// <exception cref="UsageException">There is no such measurement, or it cannot be made so.</exception>
    public static int Run(HardwareProfile profile, string what, string? rounds, Session session)
    {
        var mistakes = new List<string>();
        if (!HelpTexts.Benchmarks.Contains(what))
            mistakes.Add($"mk: bench {what}: {NearestName.Advice(what, HelpTexts.Benchmarks)}");
        int times = what == Startup ? StartupRounds : DefaultRounds;
        if (rounds is not null && !(int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out times) && times is >= 1 and <= MaxRounds))
            mistakes.Add($"mk: --rounds {rounds}: a number from 1 to {MaxRounds} was expected");
        if (what is not (Startup or X86) && profile.Ram < LeastRam)
            mistakes.Add($"mk: bench: a machine with {SizeText.Format((ulong)LeastRam)} of memory or more is needed; {profile.Name} has {SizeText.Format((ulong)profile.Ram)}");
        if (mistakes.Count != 0)
            throw new UsageException(mistakes);
        Measure(profile, what, times, session);
        return ExitCode.Ok;
    }

    private static void Measure(HardwareProfile profile, string what, int rounds, Session session)
    {
        string machine = what is Startup or X86 ? "" : $" on {profile.Name}";
        session.Err.WriteLine($"mk: measuring {what}{machine}, {rounds} rounds: some ten seconds");
        BenchReport report = what switch
        {
            Startup => MeasureStartup(rounds),
            X86 => MeasureX86(rounds),
            Allocators => Benchmarks.Allocators(profile, rounds),
            _ => Benchmarks.KmallocVersusKmemCache(profile, rounds),
        };
        Write(report, session.Out);
        if (rounds < ReliableRounds && what != Startup)
            session.Out.WriteLine($"Figures to rely on need --rounds {ReliableRounds} or more; these have {rounds}.");
    }

    private static BenchReport MeasureStartup(int rounds)
    {
        string mk = Path.Combine(AppContext.BaseDirectory, "mk.dll"), emptyHost = EmptyHost();
        if (!File.Exists(mk) || !File.Exists(emptyHost))
            throw new UsageException("mk: bench startup starts mk and the empty host beside it: build the solution first (dotnet build -c Release)");
        try
        {
            return Benchmarks.Startup(rounds, mk, emptyHost, Path.Combine(AppContext.BaseDirectory, "samples", "prebuilt", "i386-32", "hello.ko"));
        }
        catch (Win32Exception)
        {
            throw new UsageException("mk: bench startup needs `dotnet' on the path");
        }
    }

    private static BenchReport MeasureX86(int rounds)
    {
        const string needs = "mk: bench x86 compares with the CPU itself: it needs an x86-64 Linux with gcc";
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            throw new UsageException(needs);
        try
        {
            return Benchmarks.X86(rounds);
        }
        catch (Win32Exception)
        {
            throw new UsageException(needs);
        }
    }

    // tools/mk/bin/Release/net10.0 beside tools/emptyhost/bin/Release/net10.0.
    private static string EmptyHost()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        string[] tail = [folder.Parent?.Parent?.Name ?? "", folder.Parent?.Name ?? "", folder.Name];
        return Path.Combine([folder.Parent?.Parent?.Parent?.Parent?.FullName ?? "", "emptyhost", .. tail, "emptyhost.dll"]);
    }

    private static void Write(BenchReport report, TextWriter output)
    {
        foreach (BenchTable figures in report.Tables)
        {
            var table = new PlainTable([.. figures.Headings.Select((heading, column) => column == 0 ? heading : $">{heading}")]);
            foreach (IReadOnlyList<string> row in figures.Rows)
                table.Add([.. row]);
            table.Write(output);
            output.WriteLine();
        }
        foreach (string sentence in report.Reading)
            output.WriteLine(sentence);
    }
}
