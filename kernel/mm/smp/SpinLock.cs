using System.Runtime.CompilerServices;

namespace MiniKernel.Mm;

/// <summary>A lock held for a few list operations: list_lock of a cache, the lock of a zone.</summary>
/// <remarks>Never held across driver code, page allocation, or work for another CPU. Uncontended it is one atomic
/// exchange; CPUs on one baton never contend.</remarks>
internal struct SpinLock
{
    private int _held;
    private ulong _taken;           // written by who holds it

    /// <summary>Times it was taken.</summary>
    public readonly ulong Taken => _taken;

    /// <summary>spin_lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (Interlocked.Exchange(ref _held, 1) != 0)
            Spin();
        _taken++;
    }

    /// <summary>spin_unlock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => Volatile.Write(ref _held, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Spin()
    {
        SpinWait wait = default;
        do
            wait.SpinOnce(sleep1Threshold: -1);
        while (Volatile.Read(ref _held) != 0 || Interlocked.Exchange(ref _held, 1) != 0);
    }
}
