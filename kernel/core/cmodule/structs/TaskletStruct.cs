namespace MiniKernel.Core;

/// <summary>struct tasklet_struct.</summary>
public sealed class TaskletStruct : CStruct
{
    internal TaskletStruct(KeptStruct kept, int wordBytes)
        : base("struct tasklet_struct", wordBytes)
    {
        Kept = Inner("kept", kept);
        Count = Int("count");
        Function = Word("func");
        Data = Word("data");
    }

    /// <summary>What begins it.</summary>
    public CMember Kept { get; }

    /// <summary>tasklet_disable() calls before its first use.</summary>
    public CMember Count { get; }

    /// <summary>What to do.</summary>
    public CMember Function { get; }

    /// <summary>Its argument.</summary>
    public CMember Data { get; }
}
