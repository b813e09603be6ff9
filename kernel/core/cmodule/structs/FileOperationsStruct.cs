namespace MiniKernel.Core;

/// <summary>struct file_operations.</summary>
public sealed class FileOperationsStruct : CStruct
{
    internal FileOperationsStruct(int wordBytes)
        : base("struct file_operations", wordBytes)
    {
        CMember owner = Word("owner"), llseek = Word("llseek"), read = Word("read"), write = Word("write");
        CMember poll = Word("poll"), locked = Word("ioctl"), ioctl = Word("unlocked_ioctl");
        Word("compat_ioctl");
        Word("mmap");
        CMember open = Word("open"), flush = Word("flush"), release = Word("release");
        Word("fsync");
        CMember fasync = Word("fasync");
        Word("read_iter");
        Word("write_iter");
        Functions = new CFileFunctions(owner, open, read, write, llseek, poll, ioctl, locked, flush, fasync, release);
    }

    /// <summary>The functions.</summary>
    public CFileFunctions Functions { get; }
}
