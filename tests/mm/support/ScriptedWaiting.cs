namespace MiniKernel.Mm.Tests;

/// <summary>Sleeping as a test wants it.</summary>
internal sealed class ScriptedWaiting(Func<MmWaitQueue, MmWaitResult> script) : IMmWaiting
{
    public int Sleeps { get; private set; }

    public int WakeUps { get; private set; }

    public ulong LastTimeoutMs { get; private set; }

    public object? CurrentTask => null;

    public MmWaitResult Wait(MmCpu cpu, MmWaitQueue queue, ulong seen, ulong timeoutMs)
    {
        Sleeps++;
        LastTimeoutMs = timeoutMs;
        return script(queue);
    }

    public void WakeUp(MmWaitQueue queue) => WakeUps++;
}
