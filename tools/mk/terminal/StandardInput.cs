namespace MiniKernel.Cli.Terminal;

/// <summary>What can be said of stdin before it is read.</summary>
internal static class StandardInput
{
    private const int CloseOnExec = 0x80000;      // O_CLOEXEC of Linux

    /// <summary>True when the process was started with stdin closed (<c>&lt;&amp;-</c>).</summary>
    /// <remarks>File 0 is then the runtime's own, opened since: a pipe that it writes to itself, and reading it would wait for
    /// ever. What is inherited was not closed on exec, so the flag tells them apart. Only Linux says so.</remarks>
    public static bool IsClosed()
    {
        try
        {
            foreach (string line in File.ReadLines("/proc/self/fdinfo/0"))
            {
                if (line.StartsWith("flags:", StringComparison.Ordinal))
                    return (Convert.ToInt32(line["flags:".Length..].Trim(), 8) & CloseOnExec) != 0;
            }
            return false;
        }
        catch (FileNotFoundException)
        {
            return OperatingSystem.IsLinux();     // nothing at all is open there
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            return false;
        }
    }
}
