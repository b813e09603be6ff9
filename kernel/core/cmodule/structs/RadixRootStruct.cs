namespace MiniKernel.Core;

/// <summary>struct radix_tree_root.</summary>
public sealed class RadixRootStruct : CStruct
{
    internal RadixRootStruct(int wordBytes)
        : base("struct radix_tree_root", wordBytes)
    {
        Height = Int("height");
        Flags = Int("gfp_mask");
        Top = Word("rnode");
    }

    /// <summary>Nodes from the top to an item.</summary>
    public CMember Height { get; }

    /// <summary>How nodes are allocated; above the flags a bit for each tag that some item has.</summary>
    public CMember Flags { get; }

    /// <summary>The uppermost node, with bit 0 set; the item itself of a tree of one item at index 0.</summary>
    public CMember Top { get; }
}
