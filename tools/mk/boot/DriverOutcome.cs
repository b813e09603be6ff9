using System.Globalization;
using MiniKernel.Cli.Words;
using MiniKernel.Core;

namespace MiniKernel.Cli.Boot;

/// <summary>How a driver fared, from insmod to rmmod.</summary>
internal sealed class DriverOutcome(string name)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>What insmod said.</summary>
    public Errno Loaded { get; set; }

    /// <summary>What its boot workload said; null without one.</summary>
    public WorkloadResult? Work { get; set; }

    /// <summary>What rmmod said.</summary>
    public Errno Unloaded { get; set; }

    /// <summary>True when nobody can unload it: it has no exit function.</summary>
    public bool IsPermanent { get; set; }

    /// <summary>Error reports while its code ran: oopses, BUGs, refused frees; that it failed is none.</summary>
    public int Reports { get; set; }

    /// <summary>Objects it left behind.</summary>
    public int Leaked { get; set; }

    /// <summary>True when there is nothing to complain about.</summary>
    public bool IsGood => Complaints.Count == 0;

    /// <summary>"ok", or what failed.</summary>
    public string State => IsGood ? "ok" : string.Join(", ", Complaints);

    /// <summary>What it says of its work.</summary>
    public string Summary => Loaded != Errno.Success ? "" : Work?.Summary ?? (IsPermanent ? "loaded for good: it has no exit function" : "loaded");

    private List<string> Complaints
    {
        get
        {
            var complaints = new List<string>();
            AddError(complaints, "insmod", Loaded);
            AddError(complaints, "work", Work?.Error ?? Errno.Success);
            AddError(complaints, "rmmod", Unloaded);
            if (Reports != 0)
                complaints.Add(Plural.Of(Reports, "report"));
            if (Leaked != 0)
                complaints.Add(string.Create(CultureInfo.InvariantCulture, $"{Leaked} leaked"));
            return complaints;
        }
    }

    private static void AddError(List<string> complaints, string when, Errno error)
    {
        if (error != Errno.Success)
            complaints.Add($"{when}: -{error}");
    }
}
