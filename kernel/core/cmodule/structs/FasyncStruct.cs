namespace MiniKernel.Core;

/// <summary>struct fasync_struct.</summary>
public sealed class FasyncStruct : CStruct
{
    internal FasyncStruct(int wordBytes)
        : base("struct fasync_struct", wordBytes)
    {
        Magic = Int("magic");
        Descriptor = Int("fa_fd");
        Next = Word("fa_next");
        File = Word("fa_file");
    }

    /// <summary>0x4601.</summary>
    public CMember Magic { get; }

    /// <summary>The file's descriptor.</summary>
    public CMember Descriptor { get; }

    /// <summary>The next of the list.</summary>
    public CMember Next { get; }

    /// <summary>struct file.</summary>
    public CMember File { get; }
}
