namespace MiniKernel.Core;

/// <summary>The structures of the C headers that the kernel looks into.</summary>
/// <param name="wordBytes">Bytes of a pointer.</param>
public sealed class CStructs(int wordBytes)
{
    /// <summary>linux/slab.h: an entry of malloc_sizes.</summary>
    public CacheSizesStruct CacheSizes { get; } = new(wordBytes);

    /// <summary>linux/export.h: an exported symbol of a module.</summary>
    public KernelSymbolStruct KernelSymbol { get; } = new(wordBytes);

    /// <summary>linux/fs.h: an open file.</summary>
    public FileStruct File { get; } = new(wordBytes);

    /// <summary>linux/fs.h: what a path leads to.</summary>
    public InodeStruct Inode { get; } = new(wordBytes);

    /// <summary>linux/dcache.h: a name in a folder.</summary>
    public DentryStruct Dentry { get; } = new(wordBytes);

    /// <summary>linux/fs.h: what files do.</summary>
    public FileOperationsStruct FileOperations { get; } = new(wordBytes);

    /// <summary>linux/proc_fs.h: what files in /proc do, as from Linux 5.6 on.</summary>
    public ProcOpsStruct ProcOps { get; } = new(wordBytes);

    /// <summary>linux/poll.h: what poll() hands to a driver.</summary>
    public PollTableStruct PollTable { get; } = new(wordBytes);

    /// <summary>linux/cdev.h: a driver behind device numbers.</summary>
    public CdevStruct Cdev { get; } = new(wordBytes);

    /// <summary>All of them, each with the header that declares it.</summary>
    public IEnumerable<(CStruct Struct, string Header)> All =>
    [
        (CacheSizes, "linux/slab.h"),
        (KernelSymbol, "linux/export.h"),
        (File, "linux/fs.h"),
        (Inode, "linux/fs.h"),
        (Dentry, "linux/dcache.h"),
        (FileOperations, "linux/fs.h"),
        (ProcOps, "linux/proc_fs.h"),
        (PollTable, "linux/poll.h"),
        (Cdev, "linux/cdev.h"),
    ];
}
