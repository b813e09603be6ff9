namespace MiniKernel.Core;

/// <summary>struct inode.</summary>
public sealed class InodeStruct : CStruct
{
    internal InodeStruct(int wordBytes)
        : base("struct inode", wordBytes)
    {
        Number = Word("i_ino");
        Count = Int("i_count");
        Device = Int("i_rdev");
        Mode = Short("i_mode");
        Short("__reserved");
        User = Int("i_uid");
        Group = Int("i_gid");
        Size = Wide("i_size");
        Operations = Word("i_fop");
        CharDevice = Word("i_cdev");
        Private = Word("i_private");
        ProcEntry = Word("__proc_entry");
    }

    /// <summary>Its number.</summary>
    public CMember Number { get; }

    /// <summary>1 while files are open on it.</summary>
    public CMember Count { get; }

    /// <summary>dev_t of a device.</summary>
    public CMember Device { get; }

    /// <summary>S_IFCHR and permissions.</summary>
    public CMember Mode { get; }

    /// <summary>Who owns it: root.</summary>
    public CMember User { get; }

    /// <summary>Which group owns it.</summary>
    public CMember Group { get; }

    /// <summary>Bytes of a file.</summary>
    public CMember Size { get; }

    /// <summary>What files on it do.</summary>
    public CMember Operations { get; }

    /// <summary>struct cdev of a device.</summary>
    public CMember CharDevice { get; }

    /// <summary>What debugfs_create_file() was given.</summary>
    public CMember Private { get; }

    /// <summary>struct proc_dir_entry of a file in /proc.</summary>
    public CMember ProcEntry { get; }
}
