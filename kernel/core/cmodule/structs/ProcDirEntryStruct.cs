namespace MiniKernel.Core;

/// <summary>struct proc_dir_entry.</summary>
public sealed class ProcDirEntryStruct : CStruct
{
    internal ProcDirEntryStruct(int wordBytes)
        : base("struct proc_dir_entry", wordBytes)
    {
        NameOf = Word("name");
        Length = Short("namelen");
        Mode = Short("mode");
        Links = Int("nlink");
        Size = Wide("size");
        Parent = Word("parent");
        Owner = Word("owner");
        Data = Word("data");
        Operations = Word("proc_fops");
        ProcOperations = Word("__proc_ops");
        ReadProc = Word("read_proc");
        WriteProc = Word("write_proc");
        Show = Word("__show");
        SeqOperations = Word("__seq_ops");
        StateBytes = Word("__state_size");
    }

    /// <summary>The name, which lies behind the structure.</summary>
    public CMember NameOf { get; }

    /// <summary>Bytes of the name.</summary>
    public CMember Length { get; }

    /// <summary>Kind and permissions.</summary>
    public CMember Mode { get; }

    /// <summary>1 for a file, 2 for a folder.</summary>
    public CMember Links { get; }

    /// <summary>What stat() shows.</summary>
    public CMember Size { get; }

    /// <summary>The folder.</summary>
    public CMember Parent { get; }

    /// <summary>struct module that cannot go while a file is open.</summary>
    public CMember Owner { get; }

    /// <summary>The driver's own.</summary>
    public CMember Data { get; }

    /// <summary>struct file_operations.</summary>
    public CMember Operations { get; }

    /// <summary>struct proc_ops; NULL for a file with the other.</summary>
    public CMember ProcOperations { get; }

    /// <summary>int (char *page, char **start, off_t offset, int count, int *eof, void *data): until Linux 3.9.</summary>
    public CMember ReadProc { get; }

    /// <summary>int (struct file *, const char *buffer, unsigned long count, void *data).</summary>
    public CMember WriteProc { get; }

    /// <summary>Of proc_create_single(): prints the file.</summary>
    public CMember Show { get; }

    /// <summary>Of proc_create_seq(): prints the file entry by entry.</summary>
    public CMember SeqOperations { get; }

    /// <summary>Bytes of a reader's state.</summary>
    public CMember StateBytes { get; }
}
