using System.Text;

namespace MiniKernel.Cli.Terminal;

/// <summary>What a run of the program reads from and writes to; tests make their own.</summary>
internal sealed class Session : IDisposable
{
    private const int BufferSize = 16 << 10; // bytes
    private readonly List<IDisposable> _owned = [];

    /// <summary>Standard input.</summary>
    public required TextReader In { get; init; }

    /// <summary>What the command was asked for, and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Messages and logs.</summary>
    public required TextWriter Err { get; init; }

    /// <summary>What lies between <see cref="Out"/> and the file or pipe behind it; null when nothing does.</summary>
    public StreamWriter? OutBuffer { get; init; }

    /// <summary>Columns of the terminal; 0 when it is to be asked.</summary>
    public int OutWidth { get; init; }

    /// <summary>The folder relative paths start from.</summary>
    public string Folder { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>True when <see cref="Out"/> is a terminal: tables are drawn for people.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>True when <see cref="Out"/> may be coloured.</summary>
    public bool OutIsColoured { get; init; }

    /// <summary>True when <see cref="Err"/> may be coloured.</summary>
    public bool ErrIsColoured { get; init; }

    /// <summary>The process's own streams.</summary>
    public static Session OfProcess()
    {
        bool outIsTerminal = !Console.IsOutputRedirected;
        // no-color.org: present and not empty means no colours, whatever the value.
        bool colours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var output = new StreamWriter(Console.OpenStandardOutput(), utf8, BufferSize) { NewLine = "\n", AutoFlush = outIsTerminal };
        var error = new StreamWriter(Console.OpenStandardError(), utf8, 256) { NewLine = "\n", AutoFlush = true };
        var session = new Session
        {
            In = new LazyInput(),
            Out = TextWriter.Synchronized(output), // the watchdog speaks and flushes from a thread of its own
            Err = TextWriter.Synchronized(error),
            OutBuffer = output,
            OutIsTerminal = outIsTerminal,
            OutIsColoured = outIsTerminal && colours,
            ErrIsColoured = colours && !Console.IsErrorRedirected,
        };
        session._owned.Add(output);
        session._owned.Add(error);
        return session;
    }

    /// <summary>True lets every line out at once: while driver code runs, which may take the process with it.</summary>
    public void SetUnbuffered(bool unbuffered)
    {
        if (OutBuffer is not { } buffer)
            return;
        lock (Out) // as the synchronized writer does
            buffer.AutoFlush = unbuffered || OutIsTerminal; // setting it also flushes
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
            owned.Dispose();
    }

    // Opening stdin costs time, and few verbs read it.
    private sealed class LazyInput : TextReader
    {
        private StreamReader? _reader;

        private StreamReader Reader => _reader ??= new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);

        public override int Peek() => Reader.Peek();

        public override int Read() => Reader.Read();

        public override int Read(char[] buffer, int index, int count) => Reader.Read(buffer, index, count);

        public override string? ReadLine() => Reader.ReadLine();
    }
}
