namespace MiniKernel.Core;

/// <summary>struct semaphore.</summary>
public sealed class SemaphoreStruct : CStruct
{
    internal SemaphoreStruct(KeptStruct kept, int wordBytes)
        : base("struct semaphore", wordBytes)
    {
        Kept = Inner("kept", kept);
        Count = Int("count");
    }

    /// <summary>What begins it.</summary>
    public CMember Kept { get; }

    /// <summary>How many can be taken.</summary>
    public CMember Count { get; }
}
