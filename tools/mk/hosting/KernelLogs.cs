using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;

namespace MiniKernel.Cli.Hosting;

/// <summary>Connects the kernel log with the outside: stdout for a boot, stderr for other verbs, a file when asked.</summary>
/// <remarks>Serilog is loaded when there is a line for it: a boot that logs to stdout alone starts faster without.</remarks>
internal sealed class KernelLogs : IDisposable
{
    private const string Farewell = "System halted."; // KERN_EMERG in Linux, but no news to who asked for a file of /proc

    private PrintkLog _log;
    private readonly List<Action<PrintkRecord>> _attached = [];
    private readonly List<SerilogConsole> _consoles = [];

    private KernelLogs(PrintkLog log) => _log = log;

    /// <summary>Attaches the consoles of a boot, whose log is what was asked for.</summary>
    public static KernelLogs OfBoot(PrintkLog log, LoggingOptions options, Session session)
    {
        var logs = new KernelLogs(log);
        var writer = new DmesgWriter(session.Out, session.OutIsColoured);
        logs.Attach(options.Console, writer.Write);
        logs.AttachFile(options);
        return logs;
    }

    /// <summary>Attaches the consoles of insmod: from the end of boot on, the log is what was asked for.</summary>
    public static KernelLogs OfModule(Kernel kernel, LoggingOptions options, Session session)
    {
        var logs = new KernelLogs(kernel.Log);
        var writer = new DmesgWriter(session.Out, session.OutIsColoured);
        logs.Attach(options.Console, record =>
        {
            if (kernel.IsBooted && record.Text != Farewell)
                writer.Write(record);
        });
        logs.AttachFile(options);
        return logs;
    }

    /// <summary>Attaches the consoles of any other verb: warnings and worse on stderr.</summary>
    public static KernelLogs OfVerb(PrintkLog log, LoggingOptions options, Session session) => ToStderr(log, options, session, () => false);

    /// <summary>Attaches the consoles of a shell: of the boot warnings and worse, then all that logging.console wants, in order
    /// with what commands print.</summary>
    public static KernelLogs OfShell(PrintkLog log, LoggingOptions options, Session session, Func<bool> isUp) => ToStderr(log, options, session, isUp);

    private static KernelLogs ToStderr(PrintkLog log, LoggingOptions options, Session session, Func<bool> showsAll)
    {
        var logs = new KernelLogs(log);
        SerilogConsole? console = null;
        LogLevel quiet = options.Console < LogLevel.Warning ? options.Console : LogLevel.Warning;
        logs.Attach(options.Console, record =>
        {
            bool isAll = showsAll();
            if (record.Text == Farewell || (record.Level > quiet && !isAll))
                return;
            if (isAll)
                session.Out.Flush();
            (console ??= logs.Own(SerilogConsole.To(session.Err, session.ErrIsColoured))).Write(record);
        });
        logs.AttachFile(options);
        return logs;
    }

    /// <summary>Listens to another kernel's log instead, from its next line on.</summary>
    public void MoveTo(PrintkLog log)
    {
        foreach (Action<PrintkRecord> console in _attached)
        {
            _log.RemoveConsole(console);
            log.AddConsole(console, printBuffer: false);
        }
        _log = log;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Action<PrintkRecord> console in _attached)
            _log.RemoveConsole(console);
        foreach (SerilogConsole console in _consoles)
            console.Dispose();
    }

    private void AttachFile(LoggingOptions options)
    {
        if (options.File is { } file)
            Attach(LogLevel.Debug, Own(SerilogConsole.ToFile(file)).Write);
    }

    private void Attach(LogLevel least, Action<PrintkRecord> write)
    {
        Action<PrintkRecord> console = record =>
        {
            if (record.Level <= least)
                write(record);
        };
        _attached.Add(console);
        _log.AddConsole(console);
    }

    private SerilogConsole Own(SerilogConsole console)
    {
        _consoles.Add(console);
        return console;
    }
}
