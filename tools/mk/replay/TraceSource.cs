using System.Text;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Replay;

/// <summary>The lines of a trace as they come: a file of any length is never held whole.</summary>
internal sealed class TraceSource : TextReader
{
    private const int LinesToJudgeBy = 200;

    private readonly TextReader _reader;
    private readonly Stream? _stream;
    private readonly Queue<string> _ahead = new();
    private readonly string _shown;

    private TraceSource(TextReader reader, Stream? stream, string shown)
    {
        _reader = reader;
        _stream = stream;
        _shown = shown;
    }

    /// <summary>Bytes of the file; 0 for a pipe.</summary>
    public long Length => _stream is { CanSeek: true } ? _stream.Length : 0;

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

    private string? Next()
    {
        try
        {
            return _reader.ReadLine();
        }
        catch (IOException error)
        {
            throw new UsageException($"{_shown}: cannot be read: {error.Message}");
        }
    }
}
