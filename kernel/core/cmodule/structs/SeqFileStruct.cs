namespace MiniKernel.Core;

/// <summary>struct seq_file.</summary>
public sealed class SeqFileStruct : CStruct
{
    internal SeqFileStruct(KeptStruct mutex, int wordBytes)
        : base("struct seq_file", wordBytes)
    {
        Buffer = Word("buf");
        Size = Word("size");
        From = Word("from");
        Count = Word("count");
        Index = Wide("index");
        ReadPosition = Wide("read_pos");
        Lock = Inner("lock", mutex);
        Operations = Word("op");
        File = Word("file");
        Private = Word("private");
    }

    /// <summary>Where entries are printed.</summary>
    public CMember Buffer { get; }

    /// <summary>Bytes of the buffer.</summary>
    public CMember Size { get; }

    /// <summary>First byte that was not read yet.</summary>
    public CMember From { get; }

    /// <summary>Bytes printed and not read yet; the buffer's size when it was too small.</summary>
    public CMember Count { get; }

    /// <summary>The entry that comes next.</summary>
    public CMember Index { get; }

    /// <summary>The position those bytes belong to.</summary>
    public CMember ReadPosition { get; }

    /// <summary>struct mutex: one reader at a time.</summary>
    public CMember Lock { get; }

    /// <summary>struct seq_operations.</summary>
    public CMember Operations { get; }

    /// <summary>The file.</summary>
    public CMember File { get; }

    /// <summary>The driver's own.</summary>
    public CMember Private { get; }
}
