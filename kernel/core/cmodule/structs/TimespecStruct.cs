namespace MiniKernel.Core;

/// <summary>struct timespec; struct timeval has microseconds where it has nanoseconds.</summary>
public sealed class TimespecStruct : CStruct
{
    internal TimespecStruct(int wordBytes)
        : base("struct timespec", wordBytes)
    {
        Seconds = Word("tv_sec");
        Nanoseconds = Word("tv_nsec");
    }

    /// <summary>Whole seconds.</summary>
    public CMember Seconds { get; }

    /// <summary>What is left.</summary>
    public CMember Nanoseconds { get; }
}
