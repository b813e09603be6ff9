namespace MiniKernel.Core;

/// <summary>struct cdev.</summary>
public sealed class CdevStruct : CStruct
{
    internal CdevStruct(int wordBytes)
        : base("struct cdev", wordBytes)
    {
        Words("kobj", 2);
        Owner = Word("owner");
        Operations = Word("ops");
        List = Words("list", 2);
        Device = Int("dev");
        Count = Int("count");
    }

    /// <summary>struct module that cannot go while a file is open; NULL for none.</summary>
    public CMember Owner { get; }

    /// <summary>struct file_operations.</summary>
    public CMember Operations { get; }

    /// <summary>Inodes it is open by; the kernel's own.</summary>
    public CMember List { get; }

    /// <summary>Its first number, a dev_t.</summary>
    public CMember Device { get; }

    /// <summary>How many numbers.</summary>
    public CMember Count { get; }
}
