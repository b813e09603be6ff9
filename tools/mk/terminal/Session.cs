using System.Text;

namespace MiniKernel.Cli.Terminal;

/// <summary>What a run of the program reads from and writes to; tests make their own.</summary>
internal sealed class Session : IDisposable
{
    private const int BufferSize = 16 << 10; // bytes
    private readonly List<IDisposable> _owned = [];
    private Lazy<bool> _inIsClosed = new(false), _inIsTerminal = new(false);   // asked by few

    /// <summary>Standard input.</summary>
    public required TextReader In { get; init; }

    /// <summary>True when the process was started without a standard input: what is read there is not meant for it.</summary>
    public bool InIsClosed => _inIsClosed.Value;

    /// <summary>True when <see cref="In"/> is a terminal.</summary>
    public bool InIsTerminal => _inIsTerminal.Value;

    /// <summary>What the command was asked for, and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Messages and logs.</summary>
    public required TextWriter Err { get; init; }

    /// <summary>What lies between <see cref="Out"/> and the file or pipe behind it; null when nothing does.</summary>
    public StreamWriter? OutBuffer { get; init; }

    /// <summary>Columns of the terminal; 0 when it is to be asked.</summary>
    public int OutWidth { get; init; }

    /// <summary>The folder relative paths start from.</summary>
    /// <exception cref="UsageException">It has been deleted.</exception>
    public string Folder
    {
        get => field ??= CurrentFolder();
        init;
    }

    /// <summary>Why <see cref="Out"/> could not be written; null when it could.</summary>
    public Exception? OutFailure => (OutBuffer?.BaseStream as GuardedStream)?.Failure;

    /// <summary>True when <see cref="Out"/> is a terminal: tables are drawn for people.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>True when <see cref="Out"/> may be coloured.</summary>
    public bool OutIsColoured { get; init; }

    /// <summary>True when <see cref="Err"/> is a terminal: long work shows how far it is.</summary>
    public bool ErrIsTerminal { get; init; }

    /// <summary>True when <see cref="Err"/> may be coloured.</summary>
    public bool ErrIsColoured { get; init; }

    /// <summary>True when what is said reaches nobody.</summary>
    public bool IsMuted { get; init; }

    /// <summary>The process's own streams.</summary>
    public static Session OfProcess()
    {
        bool outIsTerminal = !Console.IsOutputRedirected;
        // no-color.org: present and not empty means no colours, whatever the value.
        bool colours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var guarded = new GuardedStream(Console.OpenStandardOutput());
        var output = new StreamWriter(guarded, utf8, BufferSize) { NewLine = "\n", AutoFlush = outIsTerminal };
        var error = new StreamWriter(new GuardedStream(Console.OpenStandardError()), utf8, 256) { NewLine = "\n", AutoFlush = true };
        var session = new Session
        {
            In = new LazyInput(),
            Out = TextWriter.Synchronized(output), // the watchdog speaks and flushes from a thread of its own
            Err = TextWriter.Synchronized(error),
            OutBuffer = output,
            OutIsTerminal = outIsTerminal,
            OutIsColoured = outIsTerminal && colours,
            ErrIsTerminal = !Console.IsErrorRedirected,
            ErrIsColoured = colours && !Console.IsErrorRedirected,
        };
        session._inIsClosed = new Lazy<bool>(StandardInput.IsClosed);
        session._inIsTerminal = new Lazy<bool>(() => !Console.IsInputRedirected);
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

    /// <summary>The same with another writer for messages.</summary>
    public Session WithErr(TextWriter err) => new()
    {
        In = In,
        Out = Out,
        Err = err,
        OutBuffer = OutBuffer,
        OutWidth = OutWidth,
        Folder = Folder,
        OutIsTerminal = OutIsTerminal,
        OutIsColoured = OutIsColoured,
        ErrIsTerminal = ErrIsTerminal,
        ErrIsColoured = ErrIsColoured,
    };

    /// <summary>The same with nobody to hear what is said.</summary>
    public Session Muted() => new()
    {
        In = TextReader.Null,
        Out = TextWriter.Null,
        Err = TextWriter.Null,
        Folder = Folder,
        IsMuted = true,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
            owned.Dispose();
    }

    private static string CurrentFolder()
    {
        try
        {
            return Directory.GetCurrentDirectory();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            throw new UsageException("mk: the current folder does not exist any more");
        }
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
