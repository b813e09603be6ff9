using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>A file of a driver's: each call of its driver's is a system call of its own.</summary>
internal sealed class CharFile(ShellSession shell, string path) : MachineFile(shell, path)
{
    private const int BufferSize = 4096;          // bytes, as cat's

    /// <inheritdoc/>
    public override byte[] Read(ulong skip, int most)
    {
        using var bytes = new MemoryStream();
        WithFile(OpenFlags.ReadOnly, file =>
        {
            Seek(file, (long)skip, SeekOrigin.Begin);
            byte[] buffer = new byte[Math.Min(BufferSize, most)];
            for (int reads = 0; bytes.Length < most; reads++)
            {
                IsGivenUp = reads == MaxReads;
                if (IsGivenUp)
                    return;
                int wanted = (int)Math.Min(buffer.Length, most - bytes.Length);
                int count = Check("read", Io(kernel => kernel.VfsRead(file, buffer.AsSpan(0, wanted))));
                if (count == 0)
                    return;
                bytes.Write(buffer, 0, count);
            }
        });
        return bytes.ToArray();
    }

    /// <inheritdoc/>
    public override void Write(byte[] bytes, bool appends) => WithFile(OpenFlags.WriteOnly | (appends ? OpenFlags.Append : OpenFlags.Truncate), file =>
    {
        if (appends)
            Seek(file, 0, SeekOrigin.End);
        for (int written = 0; written < bytes.Length;)
        {
            int count = Check("write", Io(kernel => kernel.VfsWrite(file, bytes.AsSpan(written))));
            if (count == 0)
                throw new ShellException($"{Path}: takes no more: {written} of {bytes.Length} bytes were written");
            written += count;
        }
    });

    /// <summary>ioctl of a number.</summary>
    /// <returns>What the driver returned.</returns>
    public long Ioctl(uint command, ulong argument) => Ioctl(file => Io(kernel => kernel.VfsIoctl(file, command, argument)));

    /// <summary>ioctl of a pointer to bytes, which the driver may change.</summary>
    public long Ioctl(uint command, byte[] argument) => Ioctl(file => Io(kernel => kernel.VfsIoctl(file, command, argument.AsSpan())));

    /// <summary>Opens it for somebody's calls, and closes it.</summary>
    public void Use(OpenFlags flags, Action<OpenFile> calls) => WithFile(flags, calls);

    private delegate IoResult FileCall(KernelContext kernel);

    private long Ioctl(Func<OpenFile, IoResult> call)
    {
        IoResult result = default;
        WithFile(OpenFlags.ReadWrite, file => result = call(file));
        Check("ioctl", result.Error);
        return result.Value;
    }

    private void WithFile(OpenFlags flags, Action<OpenFile> use)
    {
        OpenFile? file = null;
        Errno error = Errno.Success;
        Shell.Call(kernel => error = kernel.FilpOpen(Path, flags, out file));
        Check("open", error);
        try
        {
            use(file!);
        }
        finally
        {
            Shell.Call(kernel => kernel.FilpClose(file!)); // also of a process that was killed
        }
    }

    // A device that has no positions is read and written where it is.
    private void Seek(OpenFile file, long offset, SeekOrigin whence)
    {
        if (offset == 0 && whence == SeekOrigin.Begin)
            return;
        IoResult position = Io(kernel => kernel.VfsLlseek(file, offset, whence));
        if (position.Error != Errno.ESPIPE || offset != 0)
            Check("lseek", position.Error);
    }

    private IoResult Io(FileCall call)
    {
        IoResult result = default;
        Shell.Call(kernel => result = call(kernel));
        return result;
    }
}
