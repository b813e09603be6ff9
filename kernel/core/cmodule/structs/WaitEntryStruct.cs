namespace MiniKernel.Core;

/// <summary>wait_queue_t: a sleeper on a wait queue.</summary>
public sealed class WaitEntryStruct : CStruct
{
    internal WaitEntryStruct(int wordBytes)
        : base("wait_queue_t", wordBytes)
    {
        Flags = Int("flags");
        Task = Word("private");
        Function = Word("func");
    }

    /// <summary>WQ_FLAG_EXCLUSIVE.</summary>
    public CMember Flags { get; }

    /// <summary>Who sleeps.</summary>
    public CMember Task { get; }

    /// <summary>How it is woken; null for wake_up_process.</summary>
    public CMember Function { get; }
}
