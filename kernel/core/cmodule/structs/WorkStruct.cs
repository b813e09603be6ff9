namespace MiniKernel.Core;

/// <summary>struct work_struct, with which struct delayed_work begins.</summary>
public sealed class WorkStruct : CStruct
{
    internal WorkStruct(KeptStruct kept, int wordBytes)
        : base("struct work_struct", wordBytes)
    {
        Kept = Inner("kept", kept);
        Function = Word("func");
    }

    /// <summary>What begins it.</summary>
    public CMember Kept { get; }

    /// <summary>What to do; it is given the structure.</summary>
    public CMember Function { get; }
}
