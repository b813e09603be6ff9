namespace MiniKernel.Cli;

/// <summary>What the process returns: a contract with scripts and graders.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Ok = 0;

    /// <summary>A check failed: a leak, an oops, an error report, a cache that Linux refuses.</summary>
    public const int ChecksFailed = 1;

    /// <summary>Wrong usage or configuration; no machine was created.</summary>
    public const int Usage = 2;

    /// <summary>The simulated kernel panicked.</summary>
    public const int Panic = 3;

    /// <summary>The program itself failed.</summary>
    public const int ToolFailure = 4;

    /// <summary>Driver code ran too long without returning.</summary>
    public const int Watchdog = 124;

    /// <summary>Ended by Ctrl-C or SIGTERM.</summary>
    public const int Interrupted = 130;
}
