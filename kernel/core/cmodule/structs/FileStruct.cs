namespace MiniKernel.Core;

/// <summary>struct file.</summary>
public sealed class FileStruct : CStruct
{
    internal FileStruct(int wordBytes)
        : base("struct file", wordBytes)
    {
        Mount = Word("f_path.mnt");
        Dentry = Word("f_path.dentry");
        Inode = Word("f_inode");
        Operations = Word("f_op");
        Count = Int("f_count");
        Flags = Int("f_flags");
        Mode = Int("f_mode");
        Int("__reserved");
        Position = Wide("f_pos");
        PrivateData = Word("private_data");
        Async = Word("__fasync");
    }

    /// <summary>struct vfsmount; there is none.</summary>
    public CMember Mount { get; }

    /// <summary>struct dentry of the file.</summary>
    public CMember Dentry { get; }

    /// <summary>struct inode of the file.</summary>
    public CMember Inode { get; }

    /// <summary>What the file does: struct file_operations. A driver may put another one here.</summary>
    public CMember Operations { get; }

    /// <summary>1 while it is open.</summary>
    public CMember Count { get; }

    /// <summary>O_ flags.</summary>
    public CMember Flags { get; }

    /// <summary>FMODE_ flags.</summary>
    public CMember Mode { get; }

    /// <summary>The position.</summary>
    public CMember Position { get; }

    /// <summary>The driver's own.</summary>
    public CMember PrivateData { get; }

    /// <summary>The kernel's own.</summary>
    public CMember Async { get; }
}
