using MiniKernel.Cli.Words;
using MiniKernel.Core;

namespace MiniKernel.Cli.Torture;

/// <summary>How one run went.</summary>
internal sealed record TortureOutcome
{
    /// <summary>Which request failed; 0 in the run that nothing disturbed.</summary>
    public required ulong Nth { get; init; }

    /// <summary>What that request was, and where it stands in the driver.</summary>
    public required string Request { get; init; }

    /// <summary>How far the driver got: "ok", "insmod -ENOMEM", "work -ENOMEM". All of them are fine.</summary>
    public required string End { get; init; }

    /// <summary>The kernel panicked.</summary>
    public required bool Panicked { get; init; }

    /// <summary>Oopses.</summary>
    public required int Oopses { get; init; }

    /// <summary>Error reports, oopses among them; leaks are not.</summary>
    public required int Reports { get; init; }

    /// <summary>The first of them, with its place.</summary>
    public required string FirstReport { get; init; }

    /// <summary>What it left behind, a line a place.</summary>
    public required IReadOnlyList<string> Leaks { get; init; }

    /// <summary>Page frames that are missing though no leak was seen; 0 behind an oops, for a stopped module keeps its memory.</summary>
    public required long FramesLost { get; init; }

    /// <summary>What rmmod said.</summary>
    public required Errno Unloaded { get; init; }

    /// <summary>True when the driver took it as it should.</summary>
    public bool Survived => Complaints.Count == 0;

    /// <summary>What is wrong, a line each.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            var complaints = new List<string>();
            if (Panicked)
                complaints.Add("kernel panic");
            if (Reports != 0)
                complaints.Add($"{(Oopses != 0 ? Plural.Of(Oopses, "oops", "oopses") : Plural.Of(Reports, "report"))}: {FirstReport}");
            if (Unloaded != Errno.Success && Oopses == 0)
                complaints.Add($"rmmod: -{Unloaded}");
            complaints.AddRange(Leaks.Select(leak => $"leaked: {leak}"));
            if (FramesLost != 0)
                complaints.Add($"{FramesLost} page frames did not come back");
            return complaints;
        }
    }
}
