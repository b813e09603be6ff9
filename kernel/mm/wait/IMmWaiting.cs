namespace MiniKernel.Mm;

/// <summary>How a wait ended.</summary>
public enum MmWaitResult
{
    /// <summary>Somebody woke the queue.</summary>
    Woken,

    /// <summary>The time is over.</summary>
    TimedOut,

    /// <summary>Nothing can ever wake the queue.</summary>
    Never,
}

/// <summary>Sleeping, which mm needs in a few places and the kernel above knows how to do.</summary>
public interface IMmWaiting
{
    /// <summary>Who executes: one of several on a CPU, since those who sleep hand it on. Of no account when CPUs run freely.</summary>
    object? CurrentTask { get; }

    /// <summary>Sleeps until the queue is woken or the time is over.</summary>
    /// <param name="cpu">The CPU that executes the call; it is the same one afterwards.</param>
    /// <param name="queue">What is waited for.</param>
    /// <param name="seen">The queue's <see cref="MmWaitQueue.WakeUps"/> before the caller looked in vain: no sleep when it has
    /// changed since.</param>
    /// <param name="timeoutMs">Milliseconds of virtual time.</param>
    MmWaitResult Wait(MmCpu cpu, MmWaitQueue queue, ulong seen, ulong timeoutMs);

    /// <summary>Wakes who sleeps there; <see cref="MmWaitQueue.WakeUps"/> has been counted up already.</summary>
    void WakeUp(MmWaitQueue queue);
}
