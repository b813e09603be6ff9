namespace MiniKernel.Core;

/// <summary>struct radix_tree_node, as Linux 2.6.24 has it: the kernel's own, no header declares it.</summary>
public sealed class RadixNodeStruct : CStruct
{
    /// <summary>Bits of an index that a node looks at.</summary>
    internal const int Shift = 6;

    /// <summary>Children of a node.</summary>
    internal const int Children = 1 << Shift;

    /// <summary>Marks an item can have.</summary>
    internal const int Tags = 2;

    internal RadixNodeStruct(int wordBytes)
        : base("struct radix_tree_node", wordBytes)
    {
        Height = Int("height");
        Count = Int("count");
        Words("rcu_head", 2);
        Slots = Words("slots", Children);
        TagBits = Words("tags", Tags * Children / (8 * wordBytes));
    }

    /// <summary>Nodes from here to an item.</summary>
    public CMember Height { get; }

    /// <summary>Children it has.</summary>
    public CMember Count { get; }

    /// <summary>A pointer a child: a node, or at the lowest level an item.</summary>
    public CMember Slots { get; }

    /// <summary>A bit a child for each tag.</summary>
    public CMember TagBits { get; }
}
