namespace MiniKernel.Core;

/// <summary>struct completion.</summary>
public sealed class CompletionStruct : CStruct
{
    internal CompletionStruct(KeptStruct kept, int wordBytes)
        : base("struct completion", wordBytes)
    {
        Kept = Inner("kept", kept);
        Done = Int("done");
    }

    /// <summary>What begins it.</summary>
    public CMember Kept { get; }

    /// <summary>complete() calls nobody has waited for.</summary>
    public CMember Done { get; }
}
