namespace MiniKernel.Cli.Terminal;

/// <summary>stdout or stderr of the process. One that cannot be written (closed, disk full) throws nothing into the kernel or
/// a driver that happens to print: the first failure is kept for the end.</summary>
internal sealed class GuardedStream(Stream stream) : Stream
{
    /// <summary>Why something could not be written; null when all was.</summary>
    public Exception? Failure { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => Guard([], static (to, _) => to.Flush());

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => Guard(buffer, static (to, bytes) => to.Write(bytes));

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private delegate void Output(Stream to, ReadOnlySpan<byte> bytes);

    private void Guard(ReadOnlySpan<byte> bytes, Output output)
    {
        if (Failure is not null)
            return;
        try
        {
            output(stream, bytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Failure = failure;
        }
    }
}
