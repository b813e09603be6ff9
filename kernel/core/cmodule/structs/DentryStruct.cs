namespace MiniKernel.Core;

/// <summary>struct dentry.</summary>
public sealed class DentryStruct : CStruct
{
    /// <summary>Bytes of the name inside, the 0 at its end included.</summary>
    public const int InlineName = 36;

    internal DentryStruct(int wordBytes)
        : base("struct dentry", wordBytes)
    {
        Inode = Word("d_inode");
        Parent = Word("d_parent");
        Hash = Int("d_name.hash");
        Length = Int("d_name.len");
        NameOf = Word("d_name.name");
        Inline = Text("d_iname", InlineName);
    }

    /// <summary>Its inode.</summary>
    public CMember Inode { get; }

    /// <summary>The folder it is in.</summary>
    public CMember Parent { get; }

    /// <summary>Hash of the name; not kept.</summary>
    public CMember Hash { get; }

    /// <summary>Bytes of the name.</summary>
    public CMember Length { get; }

    /// <summary>The name.</summary>
    public CMember NameOf { get; }

    /// <summary>Where a short name lies.</summary>
    public CMember Inline { get; }
}
