using System.Text;
using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>A file of /proc.</summary>
internal sealed class ProcFile(ShellSession shell, string path) : MachineFile(shell, path)
{
    /// <inheritdoc/>
    public override byte[] Read(ulong skip, int most)
    {
        byte[] all = Encoding.UTF8.GetBytes(Shell.Kernel.Proc.Read(Path));
        int start = (int)Math.Min(skip, (ulong)all.Length);
        return all.AsSpan(start, Math.Min(most, all.Length - start)).ToArray();
    }

    /// <inheritdoc/>
    public override void Write(byte[] bytes, bool appends)
    {
        Errno error = Errno.Success;
        string text = Encoding.UTF8.GetString(bytes);
        Shell.Call(_ => error = Shell.Kernel.Proc.Write(Path, text));
        if (error == Errno.EINVAL)
            throw new ShellException($"{Path}: expected \"CACHE LIMIT BATCHCOUNT SHARED\", as echo size-64 120 60 8 > /proc/slabinfo, with a cache that exists");
        if (error == Errno.EACCES)
            throw new ShellException($"{Path}: cannot be written; of /proc, /proc/slabinfo alone can");
        Check("write", error);
    }
}
