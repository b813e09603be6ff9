using System.Text;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Replay;

/// <summary>The lines of a trace as they come: a file of any length is never held whole.</summary>
internal sealed class TraceSource : TextReader
{
    private const int LinesToJudgeBy = 200;
    private const int LongestLine = 1 << 20;        // characters
    private const long LargestList = 512 << 20;     // characters: calls are checked before they run, so all of them are held

    private readonly char[] _buffer = new char[1 << 16];
    private readonly StringBuilder _line = new();
    private readonly TextReader _reader;
    private readonly Stream? _stream;
    private readonly Queue<string> _ahead = new();
    private readonly string _shown;
    private int _at, _end;
    private long _read;

    private TraceSource(TextReader reader, Stream? stream, string shown)
    {
        _reader = reader;
        _stream = stream;
        _shown = shown;
    }

    /// <summary>Bytes of the file; 0 for a pipe.</summary>
    public long Length => _stream is { CanSeek: true } ? _stream.Length : 0;

    /// <summary>True when the lines will be held, so that there must not be too many.</summary>
    public bool IsHeld { get; set; }

    /// <summary>How far reading has come, 0 to 1.</summary>
    public double Progress => Length == 0 ? 0 : (double)_stream!.Position / Length;

    /// <summary>Opens a trace; <c>-</c> is stdin.</summary>
    /// <exception cref="UsageException">It cannot be opened.</exception>
    public static TraceSource Open(string file, Session session)
    {
        if (file == "-")
            return new TraceSource(session.In, null, "stdin");
        FileStream stream = InputFile.OpenStream(file, session);
        return new TraceSource(new StreamReader(stream, Encoding.UTF8, bufferSize: 1 << 16), stream, file);
    }

    /// <summary>True when the first lines are ftrace's. They are read again afterwards.</summary>
    public bool LooksLikeFtrace()
    {
        for (int i = 0; i < LinesToJudgeBy && Next() is { } line; i++)
        {
            _ahead.Enqueue(line);
            if (FtraceReader.IsFtrace(line))
                return true;
            if (line.Length != 0 && line[0] != '#' && char.IsAsciiLetterLower(line[0]) && ReplayParser.IsCall(line))
                return false;
        }
        return false;
    }

    /// <inheritdoc/>
    public override string? ReadLine() => _ahead.Count != 0 ? _ahead.Dequeue() : Next();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _stream is not null)
            _reader.Dispose();
        base.Dispose(disposing);
    }

    // Not TextReader.ReadLine: a file may have no line end at all.
    private string? Next()
    {
        _line.Clear();
        while (true)
        {
            if (_at == _end && !Fill())
                return _line.Length == 0 ? null : _line.ToString();
            ReadOnlySpan<char> rest = _buffer.AsSpan(_at, _end - _at);
            int length = rest.IndexOf('\n');
            _line.Append(length < 0 ? rest : rest[..length]);
            _at += length < 0 ? rest.Length : length + 1;
            if (_line.Length > LongestLine)
                throw new UsageException($"{_shown}: has a line of more than {LongestLine >> 20} MiB; a trace is expected");
            if (length >= 0)
                return _line.Length != 0 && _line[^1] == '\r' ? _line.ToString(0, _line.Length - 1) : _line.ToString();
        }
    }

    private bool Fill()
    {
        try
        {
            (_at, _end) = (0, _reader.Read(_buffer, 0, _buffer.Length));
        }
        catch (IOException error)
        {
            throw new UsageException($"{_shown}: cannot be read: {error.Message}");
        }
        _read += _end;
        if (IsHeld && _read > LargestList)
            throw new UsageException($"{_shown}: is larger than {LargestList >> 20} MiB");
        return _end != 0;
    }
}
