using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Sleeping inside mm while there is nobody to switch to: the CPU idles, devices work, interrupts are taken.</summary>
/// <remarks>Sleeping where it is forbidden is an oops (schedule() of Linux 2.6.24 kernel/sched.c).</remarks>
internal sealed class IdleWaiting(Kernel kernel) : IMmWaiting
{
    /// <inheritdoc/>
    public MmWaitResult Wait(MmCpu cpu, MmWaitQueue queue, ulong timeoutMs)
    {
        CpuState state = kernel.Cpu(cpu);
        if (cpu.AtomicContext)
            throw kernel.Oops.Bug(state, "kernel/sched.c", "schedule", $"BUG: scheduling while atomic: {state.Comm}/{state.Pid}/0x{PreemptCount(state):x8}");
        VirtualClock clock = kernel.Machine.Clock;
        (ulong start, ulong wakeUps) = (clock.NowNs, queue.WakeUps);
        MmWaitResult result = Idle(queue, wakeUps, start + (timeoutMs * VirtualClock.NsPerJiffy));
        if (state.DeadlineNs != ulong.MaxValue)
            state.DeadlineNs += clock.NowNs - start;    // who sleeps uses up no budget
        kernel.Current = state;
        return result;
    }

    /// <inheritdoc/>
    public void WakeUp(MmWaitQueue queue)
    {
        // Wait looks at the queue's count after each event.
    }

    private MmWaitResult Idle(MmWaitQueue queue, ulong wakeUps, ulong endNs)
    {
        VirtualClock clock = kernel.Machine.Clock;
        while (clock.NowNs < endNs)
        {
            if (clock.NextEventNs is not { } next)
                return MmWaitResult.Never;
            ulong until = Math.Min(Math.Max(next, clock.NowNs), endNs);
            kernel.Time.Idle(until - clock.NowNs);
            kernel.Reaper.RunDeferred();
            if (queue.WakeUps != wakeUps)
                return MmWaitResult.Woken;
        }
        return MmWaitResult.TimedOut;
    }

    private static int PreemptCount(CpuState state) => state.PreemptCount | (state.InInterrupt ? 0x10000 : 0);   // HARDIRQ_OFFSET
}
