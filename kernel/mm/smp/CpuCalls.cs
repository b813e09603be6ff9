using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Runs work on behalf of other CPUs (on_each_cpu, smp_call_function of Linux 2.6).</summary>
/// <remarks>
/// On one baton every CPU is at hand: the call runs at once. When CPUs run freely, each is owned by the host thread that
/// drives it: an unowned one (idle, asleep) is taken and served by whoever asks; an owned one finds the call in its queue
/// at its next kernel-call boundary, or while it waits itself. Nobody who waits holds a spinlock.
/// </remarks>
internal sealed class CpuCalls(IReadOnlyList<Cpu> hardware, CpuTable table, bool freeRunning)
{
    private readonly ConcurrentQueue<CpuCall>[] _queues = [.. hardware.Select(_ => new ConcurrentQueue<CpuCall>())];
    private readonly int[] _behalf = [.. hardware.Select(cpu => cpu.Id)];

    /// <summary>True when each CPU is driven by a host thread of its own.</summary>
    public bool IsFreeRunning => freeRunning;

    /// <summary>True when CPU <paramref name="target"/> is at hand, so that its work can be done without a call.</summary>
    public bool IsDirect(int requester, int target) => !freeRunning || requester == target || hardware[target].IsOwnedByCurrentThread;

    /// <summary>The CPU whose call a CPU is running; the CPU itself when it runs none.</summary>
    public int OnBehalfOf(int cpu) => _behalf[cpu];

    /// <summary>Runs a call as CPU <paramref name="target"/> and waits for it.</summary>
    /// <param name="requester">The CPU that asks; it serves its own queue meanwhile.</param>
    /// <param name="target">The CPU it is for.</param>
    /// <param name="call">The work; whatever it throws is thrown here.</param>
    public void Run(int requester, int target, CpuCall call)
    {
        call.Prepare(OnBehalfOf(requester));
        if (IsDirect(requester, target))
            RunAs(target, call);
        else if (hardware[target].TryAcquire())
            RunAndRelease(target, call);
        else
            Queue(requester, target, call);
        if (call.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Serves what other CPUs asked of this one; called where it holds nothing.</summary>
    public void Serve(int cpu)
    {
        if (!freeRunning || (_queues[cpu].IsEmpty && !table.IsOnSlowPath(cpu)))
            return;
        table.TakeSlowPath(cpu, false);         // before the queue is emptied: who comes later sets it again
        while (_queues[cpu].TryDequeue(out CpuCall? call))
            RunAs(cpu, call);
    }

    private void Queue(int requester, int target, CpuCall call)
    {
        _queues[target].Enqueue(call);
        SpinWait wait = default;
        while (!call.IsDone)
        {
            table.TakeSlowPath(target, true);   // its next allocation looks into the queue; said again, for it may write there too
            Serve(requester);
            if (hardware[target].TryAcquire())  // it went idle before it looked
                ServeAndRelease(target);
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void RunAs(int cpu, CpuCall call)
    {
        int before = _behalf[cpu];
        _behalf[cpu] = call.Requester;
        try
        {
            call.RunAs(cpu);
        }
        finally
        {
            _behalf[cpu] = before;
        }
    }

    private void RunAndRelease(int target, CpuCall call)
    {
        try
        {
            RunAs(target, call);
        }
        finally
        {
            hardware[target].Release();
        }
    }

    private void ServeAndRelease(int target)
    {
        try
        {
            Serve(target);
        }
        finally
        {
            hardware[target].Release();
        }
    }
}
