using MiniKernel.Core;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace MiniKernel.Cli.Hosting;

/// <summary>A console of the kernel log that hands each line to Serilog, whose sinks write it to stderr or a file.</summary>
internal sealed class SerilogConsole : IDisposable
{
    private static MessageTemplate Template { get; } = new("{Record}", [new PropertyToken("Record", "{Record}")]);
    private readonly Logger _logger;

    private SerilogConsole(Logger logger) => _logger = logger;

    /// <summary>A console that writes to a text writer.</summary>
    public static SerilogConsole To(TextWriter output, bool coloured) =>
        new(new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new WriterSink(new DmesgWriter(output, coloured))).CreateLogger());

    /// <summary>A console that writes a new file.</summary>
    /// <exception cref="UsageException">The file cannot be written.</exception>
    public static SerilogConsole ToFile(string path)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);
            File.WriteAllText(path, ""); // a log per boot; Serilog alone would go on behind the last one
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"mk: logging.file {path}: {error.Message.ReplaceLineEndings(" ")}");
        }
        return new(new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.File(new DmesgFormatter(), path).CreateLogger());
    }

    /// <summary>Passes one line on.</summary>
    public void Write(PrintkRecord record) => _logger.Write(new LogEvent(
        DateTimeOffset.UnixEpoch.AddTicks((long)(record.TimeNs / 100)), // virtual time: the same run gives the same log
        Level(record.Level), null, Template, [new LogEventProperty("Record", new RecordValue(record))]));

    /// <inheritdoc/>
    public void Dispose() => _logger.Dispose();

    private static LogEventLevel Level(LogLevel level) => level switch
    {
        <= LogLevel.Critical => LogEventLevel.Fatal,
        LogLevel.Error => LogEventLevel.Error,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Debug => LogEventLevel.Debug,
        _ => LogEventLevel.Information,
    };

    private static PrintkRecord RecordOf(LogEvent logged) => ((RecordValue)logged.Properties["Record"]).Record;

    private sealed class RecordValue(PrintkRecord record) : LogEventPropertyValue
    {
        public PrintkRecord Record => record;

        public override void Render(TextWriter output, string? format = null, IFormatProvider? formatProvider = null) =>
            output.Write(record.Text);
    }

    private sealed class WriterSink(DmesgWriter writer) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => writer.Write(RecordOf(logEvent));
    }

    private sealed class DmesgFormatter : ITextFormatter
    {
        public void Format(LogEvent logEvent, TextWriter output) => new DmesgWriter(output, coloured: false).Write(RecordOf(logEvent));
    }
}
