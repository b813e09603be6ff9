namespace MiniKernel.Core;

/// <summary>struct shrink_control.</summary>
public sealed class ShrinkControlStruct : CStruct
{
    internal ShrinkControlStruct(int wordBytes)
        : base("struct shrink_control", wordBytes)
    {
        Gfp = Int("gfp_mask");
        Node = Int("nid");
        ToScan = Word("nr_to_scan");
        Scanned = Word("nr_scanned");
        MemoryCgroup = Word("memcg");
    }

    /// <summary>Flags of the request that is in need.</summary>
    public CMember Gfp { get; }

    /// <summary>The node, which is 0.</summary>
    public CMember Node { get; }

    /// <summary>How many objects to look at.</summary>
    public CMember ToScan { get; }

    /// <summary>How many were looked at; the shrinker may say otherwise.</summary>
    public CMember Scanned { get; }

    /// <summary>A group of tasks; there are none.</summary>
    public CMember MemoryCgroup { get; }
}
