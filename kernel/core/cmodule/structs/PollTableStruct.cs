namespace MiniKernel.Core;

/// <summary>struct poll_table_struct.</summary>
public sealed class PollTableStruct : CStruct
{
    internal PollTableStruct(int wordBytes)
        : base("struct poll_table_struct", wordBytes)
    {
        Function = Word("_qproc");
        Key = Word("_key");
    }

    /// <summary>What poll_wait() calls; null when nobody is going to sleep.</summary>
    public CMember Function { get; }

    /// <summary>What is asked for.</summary>
    public CMember Key { get; }
}
