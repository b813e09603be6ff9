using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>A character device: each call of its driver's is a system call of its own.</summary>
internal sealed class CharFile(ShellSession shell, string path) : MachineFile(shell, path)
{
    private const int BufferSize = 4096;          // bytes, as cat's

    /// <inheritdoc/>
    public override byte[] Read(ulong skip, int most)
    {
        using var bytes = new MemoryStream();
        WithFile(file =>
        {
            Seek(file, (long)skip, SeekOrigin.Begin);
            byte[] buffer = new byte[Math.Min(BufferSize, most)];
            while (bytes.Length < most)
            {
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
    public override void Write(byte[] bytes, bool appends) => WithFile(file =>
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

    private delegate IoResult FileCall(KernelContext kernel);

    private void WithFile(Action<OpenFile> use)
    {
        OpenFile? file = null;
        Errno error = Errno.Success;
        Shell.Call(kernel => error = kernel.FilpOpen(Path, out file));
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
