namespace MiniKernel.Mm;

/// <content>Where calls into mm sleep: an empty mempool, no free kmap slot, a dma_pool without pages.</content>
public sealed unsafe partial class KernelMm
{
    // Linux would wait for ever; khungtaskd speaks up after this long, and here the call then fails.
    private const ulong PatienceMs = 120_000;

    /// <summary>How to sleep; while there is nobody who knows, whoever would have to sleep fails.</summary>
    public IMmWaiting? Waiting { get; set; }

    /// <summary>Sleeps once.</summary>
    /// <param name="cpu">The CPU that executes the call.</param>
    /// <param name="queue">What is waited for.</param>
    /// <param name="seen">The queue's wake-ups before the caller looked in vain.</param>
    /// <param name="timeoutMs">The longest this sleep may take.</param>
    /// <param name="waitedMs">Slept in vain so far, kept by the caller from one sleep to the next.</param>
    /// <returns>False when there is no hope left.</returns>
    private bool Sleep(MmCpu cpu, MmWaitQueue queue, ulong seen, ulong timeoutMs, ref ulong waitedMs)
    {
        MmWaitResult result = Waiting?.Wait(cpu, queue, seen, timeoutMs) ?? MmWaitResult.Never;
        waitedMs = result == MmWaitResult.Woken ? 0 : waitedMs + timeoutMs;
        return result != MmWaitResult.Never && waitedMs < PatienceMs;
    }

    private void WakeUp(MmWaitQueue queue)
    {
        queue.CountWakeUp();
        Waiting?.WakeUp(queue);
    }
}
