using System.Text;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;
using MiniKernel.Core;

namespace MiniKernel.Cli.Trace;

/// <summary>A trace under way: from the moment it is made until it is disposed, events go to the file.</summary>
internal sealed class TraceOutput : IDisposable
{
    private const int BufferSize = 64 << 10; // bytes
    private readonly Kernel _kernel;
    private readonly Session _session;
    private readonly string _file;
    private readonly TextWriter? _owned;
    private readonly TraceWriter _writer;
    private readonly Action<TraceRecord> _listener;

    /// <summary>Starts it.</summary>
    /// <exception cref="UsageException">The file cannot be written.</exception>
    public TraceOutput(Kernel kernel, TraceRequest request, Session session)
    {
        _kernel = kernel;
        _session = session;
        _file = request.File;
        _owned = request.File == "-" ? null : Create(request, session);
        _writer = new TraceWriter(kernel.Mm, _owned ?? session.Out, request.Filter);
        _listener = _writer.Write;
        kernel.Trace.AddListener(_listener);
    }

    private bool _isDisposed;

    /// <summary>False when something of it could not be written; known once it is disposed.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Ends it; a file that could not be written to its end is named.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _kernel.Trace.RemoveListener(_listener);
        Exception? failure = _writer.Failure;
        try
        {
            _owned?.Dispose();
        }
        catch (IOException late)
        {
            failure ??= late;
        }
        IsComplete = failure is null;
        if (failure is not null)
            _session.Err.WriteLine($"mk: --trace {_file}: {Printable.Line(failure.Message)}; the trace is not complete");
    }

    private static StreamWriter Create(TraceRequest request, Session session)
    {
        try
        {
            var stream = new FileStream(Path.GetFullPath(request.File, session.Folder), request.Appends ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, BufferSize);
            return new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"mk: --trace {request.File}: {error.Message.ReplaceLineEndings(" ")}");
        }
    }
}
