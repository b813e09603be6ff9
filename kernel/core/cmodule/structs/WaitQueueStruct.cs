namespace MiniKernel.Core;

/// <summary>wait_queue_head_t.</summary>
public sealed class WaitQueueStruct : CStruct
{
    internal WaitQueueStruct(KeptStruct kept, SpinlockStruct spinlock, int wordBytes)
        : base("wait_queue_head_t", wordBytes)
    {
        Kept = Inner("kept", kept);
        Lock = Inner("lock", spinlock);
    }

    /// <summary>What begins it.</summary>
    public CMember Kept { get; }

    /// <summary>Held by who calls the functions whose names end in _locked, and by nobody who calls the others.</summary>
    public CMember Lock { get; }
}
