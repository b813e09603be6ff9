using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;

namespace MiniKernel.Cli.Hosting;

/// <summary>Connects the kernel log with the outside: stdout for a boot, stderr for other verbs, a file when asked.</summary>
/// <remarks>Serilog is loaded when there is a line for it: a boot that logs to stdout alone starts faster without.</remarks>
internal sealed class KernelLogs : IDisposable
{
    private const string Farewell = "System halted."; // KERN_EMERG in Linux, but no news to who asked for a file of /proc

    private readonly PrintkLog _log;
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
    public static KernelLogs OfVerb(PrintkLog log, LoggingOptions options, Session session)
    {
        var logs = new KernelLogs(log);
        SerilogConsole? console = null;
        LogLevel level = options.Console < LogLevel.Warning ? options.Console : LogLevel.Warning;
        logs.Attach(level, record =>
        {
            if (record.Text != Farewell)
                (console ??= logs.Own(SerilogConsole.To(session.Err, session.ErrIsColoured))).Write(record);
        });
        logs.AttachFile(options);
        return logs;
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
