using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>The kernel log: a ring of lines with level and virtual time, and the consoles that hear each new line.</summary>
/// <remarks>Linux 2.6 kernel/printk.c. As there, the oldest text makes room for the newest; a message of several lines is
/// stored line by line. A line without an end is stored when it gets one, or when another message or its owner's return ends it.</remarks>
public sealed class PrintkLog
{
    /// <summary>Characters the ring holds: log_buf_len of CONFIG_LOG_BUF_SHIFT=17.</summary>
    public const int DefaultCapacity = 1 << 17;

    private readonly Queue<PrintkRecord> _ring = new();
    private readonly List<Action<PrintkRecord>> _consoles = [];
    private readonly VirtualClock _clock;
    private readonly int _capacity;   // characters, line ends included
    private int _used;                // characters
    private ulong _sequence;
    private (LogLevel Level, string Text)? _open;     // a line that has no end yet

    /// <summary>An empty log on that clock.</summary>
    public PrintkLog(VirtualClock clock, int capacity = DefaultCapacity)
    {
        _clock = clock;
        _capacity = capacity;
    }

    /// <summary>What the ring still holds, oldest first.</summary>
    public IReadOnlyCollection<PrintkRecord> Records => _ring;

    /// <summary>Lines there have been.</summary>
    public ulong Written => _sequence;

    /// <summary>Lines that had to make room.</summary>
    public ulong Dropped => _sequence - (ulong)_ring.Count;

    /// <summary>Registers a console: it is given every line from now on, and first those the ring holds (CON_PRINTBUFFER).</summary>
    public void AddConsole(Action<PrintkRecord> console, bool printBuffer = true)
    {
        ArgumentNullException.ThrowIfNull(console);
        if (printBuffer)
        {
            foreach (PrintkRecord record in _ring)
                console(record);
        }
        _consoles.Add(console);
    }

    /// <summary>Takes a console off.</summary>
    public void RemoveConsole(Action<PrintkRecord> console) => _consoles.Remove(console);

    /// <summary>Prints a message of one or more lines; a line end behind the last one is not needed.</summary>
    public void Printk(LogLevel level, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int start = 0;
        while (true)
        {
            int end = text.IndexOf('\n', start);
            if (end < 0)
                break;
            Append(level, text[start..end]);
            start = end + 1;
        }
        if (start < text.Length || text.Length == 0)
            Append(level, start == 0 ? text : text[start..]);
    }

    /// <summary>Prints a message whose last line may have no end yet.</summary>
    /// <param name="level">Its level; what goes on with a line has that line's.</param>
    /// <param name="text">The text.</param>
    /// <param name="continues">It goes on with the line that has no end, if there is one.</param>
    public void Write(LogLevel level, string text, bool continues)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (continues && _open is { } open)
            (level, text, _open) = (open.Level, open.Text + text, null);
        int end = text.LastIndexOf('\n') + 1;
        if (end != 0)
            Printk(level, text[..end]);
        if (end == text.Length)
            return;
        EndLine();
        _open = (level, text[end..]);
    }

    /// <summary>What is printed next begins a line.</summary>
    public void EndLine()
    {
        if (_open is not { } open)
            return;
        _open = null;
        Append(open.Level, open.Text);
    }

    private void Append(LogLevel level, string line)
    {
        EndLine();
        PrintkRecord record = new(_sequence++, level, _clock.NowNs, line);
        _ring.Enqueue(record);
        _used += line.Length + 1;
        while (_used > _capacity && _ring.Count > 1)
            _used -= _ring.Dequeue().Text.Length + 1;
        foreach (Action<PrintkRecord> console in _consoles)
            console(record);
    }
}
