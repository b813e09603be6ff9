using System.Globalization;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Writes events as ftrace's <c>trace</c> file shows them, one a line, under its header.</summary>
public sealed class TraceWriter
{
    /// <summary>What ftrace writes above the first line.</summary>
    public const string Header = """
        # tracer: nop
        #
        #                                _-----=> irqs-off
        #                               / _----=> need-resched
        #                              | / _---=> hardirq/softirq
        #                              || / _--=> preempt-depth
        #                              ||| /
        #           TASK-PID     CPU#  ||||   TIMESTAMP  FUNCTION
        #              | |         |   ||||      |         |

        """;

    private const ulong NsPerMicrosecond = 1_000, MicrosecondsPerSecond = 1_000_000;
    private readonly TextWriter _output;
    private readonly TraceFilter? _filter;
    private readonly TraceEvents _events;
    private readonly int _wordBytes;

    /// <summary>Writes the header; lines follow with <see cref="Write"/>, which is a listener of <see cref="KernelTrace"/>.</summary>
    /// <param name="mm">Whose events they are.</param>
    /// <param name="output">Where they go.</param>
    /// <param name="filter">Which of them; null for all.</param>
    public TraceWriter(KernelMm mm, TextWriter output, TraceFilter? filter = null)
    {
        ArgumentNullException.ThrowIfNull(mm);
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _filter = filter;
        _events = new TraceEvents(PageMapPlace.Of(mm));
        _wordBytes = mm.Profile.WordBytes;
        Try(() => output.Write(Header.ReplaceLineEndings("\n")));
    }

    /// <summary>Lines written.</summary>
    public long Lines { get; private set; }

    /// <summary>Why nothing more is written; null while all is well.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Writes one event, if the filter lets it through.</summary>
    public void Write(TraceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        TraceFormat format = _events.FormatOf(record.Happened);
        if (Failure is not null || _filter?.Matches(record, format, _wordBytes) == false)
            return;
        Try(() => WriteLine(record, format));
        Lines++;
    }

    private void WriteLine(TraceRecord record, TraceFormat format)
    {
        ulong microseconds = record.TimeNs / NsPerMicrosecond;
        _output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{record.Comm.Replace(' ', '_'),16}-{record.Pid,-5} [{record.Cpu:000}] {record.Context} {microseconds / MicrosecondsPerSecond,5}.{microseconds % MicrosecondsPerSecond:000000}: {format.Name}:"));
        foreach (TraceField field in format.Fields)
        {
            _output.Write(' ');
            _output.Write(field.Name);
            _output.Write('=');
            _output.Write(field.Of(record).Text(_wordBytes));
        }
        _output.Write('\n');
    }

    // A full disk must not throw into the middle of mm.
    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            Failure = failure;
        }
    }
}
