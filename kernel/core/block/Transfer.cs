namespace MiniKernel.Core;

/// <summary>Somebody waits for several bios.</summary>
internal sealed class Transfer(string name)
{
    /// <summary>Told when the last of them has ended.</summary>
    public Completion Done { get; } = new(name);

    /// <summary>Bios on their way, and one more until all have been submitted.</summary>
    public int Pending { get; private set; } = 1;

    /// <summary>True when the device knows none of the memory: before the first bio, and after the last.</summary>
    public bool IsOver => Pending == 0 || !HasBegun;

    /// <summary>The first error.</summary>
    public Errno Error { get; private set; }

    /// <summary>Memory to give back at the end, when the waiter was stopped before.</summary>
    public IReadOnlyList<BioSegment> Orphans { get; set; } = [];

    private bool HasBegun { get; set; }

    /// <summary>One more has been submitted.</summary>
    public void BeginOne()
    {
        HasBegun = true;
        Pending++;
    }

    /// <summary>One has ended.</summary>
    /// <returns>True when it was the last.</returns>
    public bool EndOne(Errno error)
    {
        if (Error == Errno.Success)
            Error = error;
        return --Pending == 0;
    }
}
