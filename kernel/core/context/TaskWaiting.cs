using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Sleeping inside mm: an empty mempool, no free kmap slot, a dma_pool without memory.</summary>
/// <remarks>Where that is forbidden it is "scheduling while atomic" and an oops. As in Linux these waits are not exclusive:
/// whatever comes back wakes all who wait for it.</remarks>
internal sealed class TaskWaiting(Kernel kernel) : IMmWaiting
{
    /// <inheritdoc/>
    public object? CurrentTask => kernel.Tasks.Running;

    /// <inheritdoc/>
    public MmWaitResult Wait(MmCpu cpu, MmWaitQueue queue, ulong seen, ulong timeoutMs)
    {
        CpuState state = kernel.Cpu(cpu);
        WaitQueue sleepers = SleepersOf(queue);
        long left = kernel.Tasks.Wait(
            state, sleepers, new WaitReason("memory", queue.Name, null, state.Site), isExclusive: false, (long)timeoutMs, () => queue.WakeUps != seen);
        return left != 0 ? MmWaitResult.Woken : MmWaitResult.TimedOut;
    }

    /// <inheritdoc/>
    public void WakeUp(MmWaitQueue queue)
    {
        if (queue.Tag is WaitQueue { IsActive: true } sleepers)
            kernel.Tasks.WakeUp(sleepers, int.MaxValue);
    }

    private static WaitQueue SleepersOf(MmWaitQueue queue)
    {
        if (queue.Tag is WaitQueue known)
            return known;
        WaitQueue made = new(queue.Name);
        queue.Tag = made;
        return made;
    }
}
