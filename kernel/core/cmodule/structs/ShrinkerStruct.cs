namespace MiniKernel.Core;

/// <summary>struct shrinker, as it is for every API but 2.6.24's, where <c>shrink</c> stands at its beginning.</summary>
public sealed class ShrinkerStruct : CStruct
{
    internal ShrinkerStruct(int wordBytes)
        : base("struct shrinker", wordBytes)
    {
        CountObjects = Word("count_objects");
        ScanObjects = Word("scan_objects");
        Batch = Word("batch");
        Int("seeks");
        Int("flags");
        Words("list", 2);
        Word("nr_deferred");
    }

    /// <summary>Says how many objects could go.</summary>
    public CMember CountObjects { get; }

    /// <summary>Lets some of them go.</summary>
    public CMember ScanObjects { get; }

    /// <summary>How many at a time; 0 for 128.</summary>
    public CMember Batch { get; }
}
