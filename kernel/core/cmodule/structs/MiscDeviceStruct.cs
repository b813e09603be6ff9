namespace MiniKernel.Core;

/// <summary>struct miscdevice.</summary>
public sealed class MiscDeviceStruct : CStruct
{
    internal MiscDeviceStruct(int wordBytes)
        : base("struct miscdevice", wordBytes)
    {
        Minor = Int("minor");
        NameOf = Word("name");
        Operations = Word("fops");
        Words("list", 2);
        Word("parent");
        Word("this_device");
        Node = Word("nodename");
        Short("mode");
    }

    /// <summary>Its minor; 255 takes any that is free.</summary>
    public CMember Minor { get; }

    /// <summary>Its name.</summary>
    public CMember NameOf { get; }

    /// <summary>struct file_operations.</summary>
    public CMember Operations { get; }

    /// <summary>Its name in /dev; NULL for the same.</summary>
    public CMember Node { get; }
}
