namespace MiniKernel.Core;

/// <summary>struct timer_list.</summary>
public sealed class TimerListStruct : CStruct
{
    internal TimerListStruct(KeptStruct kept, int wordBytes)
        : base("struct timer_list", wordBytes)
    {
        Kept = Inner("kept", kept);
        Expires = Word("expires");
        Function = Word("function");
        Data = Word("data");
    }

    /// <summary>What begins it.</summary>
    public CMember Kept { get; }

    /// <summary>When, in jiffies.</summary>
    public CMember Expires { get; }

    /// <summary>What to do.</summary>
    public CMember Function { get; }

    /// <summary>Its argument.</summary>
    public CMember Data { get; }
}
