using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;
using MiniKernel.Drivers;

namespace MiniKernel.Cli.Shell;

/// <summary>Drivers the shell has loaded: their code stays until rmmod, so that a driver that was built again is new code.</summary>
internal sealed class ShellDrivers(ShellSession shell) : IDisposable
{
    private readonly Dictionary<string, DriverModule> _loaded = [];

    /// <summary>Drivers that are always there.</summary>
    public static IReadOnlyList<SampleDriver> Samples => SampleDrivers.All;

    /// <summary>Finds, and builds when need be, what insmod or modinfo is given.</summary>
    /// <exception cref="ShellException">There is no such driver, or it has errors; those of the compiler have been printed.</exception>
    public DriverModule Find(params IReadOnlyList<string> given) => shell.Journal.Read(() => Load(given));

    /// <summary>Keeps a loaded driver.</summary>
    public void Keep(DriverModule driver) => _loaded[driver.Name] = driver;

    /// <summary>Lets go of one that was unloaded.</summary>
    public void Release(string name)
    {
        if (_loaded.Remove(name, out DriverModule? driver))
            driver.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (DriverModule driver in _loaded.Values)
            driver.Dispose();
        _loaded.Clear();
    }

    private DriverModule Load(IReadOnlyList<string> given)
    {
        Session terminal = shell.Terminal;
        try
        {
            return DriverLoader.Load(given, terminal.Folder, terminal, shell.Kernel.Machine.Profile, shell.Kernel.Options);
        }
        catch (UsageException mistakes)
        {
            foreach (string line in mistakes.Lines.SkipLast(1))
                terminal.Err.WriteLine(Printable.Line(line));
            string last = mistakes.Lines[^1];
            throw new ShellException(last.StartsWith("mk: ", StringComparison.Ordinal) ? last[4..] : last);
        }
    }
}
