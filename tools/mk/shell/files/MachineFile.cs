using MiniKernel.Cli.Words;
using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>A file of the simulated machine, used as a program would: opened, read or written, closed.</summary>
/// <param name="shell">Makes the system calls.</param>
/// <param name="path">Where it is.</param>
internal abstract class MachineFile(ShellSession shell, string path)
{
    /// <summary>Most bytes a command reads at once; a device need not have an end.</summary>
    public const int MaxRead = 64 << 20;

    /// <summary>Most calls of a driver's it makes for that: a device that gives a byte at a time need not have an end either.</summary>
    public const int MaxReads = 1 << 16;

    /// <summary>True when the last <see cref="Read"/> gave up after <see cref="MaxReads"/>.</summary>
    public bool IsGivenUp { get; protected set; }

    /// <summary>Makes the system calls.</summary>
    protected ShellSession Shell => shell;

    /// <summary>Where it is.</summary>
    protected string Path => path;

    /// <summary>Reads from a position to the end, or so many bytes.</summary>
    /// <exception cref="ShellException">It cannot be opened or read.</exception>
    public abstract byte[] Read(ulong skip, int most);

    /// <summary>Writes all of it.</summary>
    /// <exception cref="ShellException">It cannot be opened or written.</exception>
    public abstract void Write(byte[] bytes, bool appends);

    /// <summary>Throws what went wrong, in words.</summary>
    protected void Check(string what, Errno error)
    {
        if (error != Errno.Success)
            throw new ShellException($"{path}: {what}: {ErrnoText.Of(error)}");
    }

    /// <summary>The count of a call that went well.</summary>
    protected int Check(string what, IoResult result)
    {
        Check(what, result.Error);
        return result.Count;
    }
}
