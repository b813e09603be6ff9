namespace MiniKernel.Core;

/// <summary>struct proc_ops.</summary>
public sealed class ProcOpsStruct : CStruct
{
    internal ProcOpsStruct(int wordBytes)
        : base("struct proc_ops", wordBytes)
    {
        Int("proc_flags");
        CMember open = Word("proc_open"), read = Word("proc_read");
        CMember write = Word("proc_write"), llseek = Word("proc_lseek"), release = Word("proc_release"), poll = Word("proc_poll"), ioctl = Word("proc_ioctl");
        Word("proc_mmap");
        Functions = new CFileFunctions(null, open, read, write, llseek, poll, ioctl, null, null, null, release);
    }

    /// <summary>The functions.</summary>
    public CFileFunctions Functions { get; }
}
