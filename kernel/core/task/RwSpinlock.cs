namespace MiniKernel.Core;

/// <summary>A spinlock for many readers or one writer: rwlock_t.</summary>
/// <param name="name">What reports call it.</param>
internal sealed class RwSpinlock(string name)
{
    /// <summary>What reports call it.</summary>
    public string Name => name;

    /// <summary>CPUs that read, each as often as it has taken the lock.</summary>
    public List<CpuState> Readers { get; } = [];

    /// <summary>The CPU that writes; null when none does.</summary>
    public CpuState? Writer { get; set; }

    /// <summary>True once it has been reported that its bytes are not a lock's.</summary>
    public bool IsReported { get; set; }

    /// <summary>Where its writer took it.</summary>
    public CallSite TakenAt { get; set; }
}
