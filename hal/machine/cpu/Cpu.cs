namespace MiniKernel.Hal;

/// <summary>One CPU: its number, its interrupt flag, and the lock that says which host thread is running on it.</summary>
/// <remarks>Whatever is per CPU (array caches, page lists, stacks) is touched only by the thread that owns the CPU; that
/// is what lets the allocators go without locks. The lock is fair: threads get the CPU in the order they asked.</remarks>
public sealed class Cpu
{
    private const int NoThread = 0;               // managed thread ids start at 1
    private readonly object _gate = new();
    private ulong _nextTicket;
    private ulong _serving;                       // equal to _nextTicket: nobody owns the CPU or waits for it
    private int _owner = NoThread;

    internal Cpu(int id) => Id = id;

    /// <summary>Number of the CPU, from 0.</summary>
    public int Id { get; }

    /// <summary>The interrupt flag; off after reset, as on the real thing.</summary>
    public bool InterruptsEnabled { get; set; }

    /// <summary>True when the calling thread owns the CPU.</summary>
    public bool IsOwnedByCurrentThread => Volatile.Read(ref _owner) == Environment.CurrentManagedThreadId;

    /// <summary>True when some thread owns the CPU.</summary>
    public bool IsOwned => Volatile.Read(ref _owner) != NoThread;

    /// <summary>Takes the CPU when nobody owns it or waits for it.</summary>
    /// <returns>False when it is taken, also by the caller.</returns>
    public bool TryAcquire()
    {
        lock (_gate)
        {
            if (_nextTicket != _serving)
                return false;
            _nextTicket++;
            _owner = Environment.CurrentManagedThreadId;
            return true;
        }
    }

    /// <summary>Waits until the CPU is the caller's.</summary>
    /// <exception cref="LockRecursionException">It is already.</exception>
    public void Acquire()
    {
        if (IsOwnedByCurrentThread)
            throw new LockRecursionException($"CPU {Id} is already owned by this thread");
        lock (_gate)
        {
            ulong ticket = _nextTicket++;
            while (ticket != _serving || _owner != NoThread)
                Monitor.Wait(_gate);
            _owner = Environment.CurrentManagedThreadId;
        }
    }

    /// <summary>Gives the CPU to whoever waits longest.</summary>
    /// <exception cref="SynchronizationLockException">The caller does not own it.</exception>
    public void Release()
    {
        if (!IsOwnedByCurrentThread)
            throw new SynchronizationLockException($"CPU {Id} is not owned by this thread");
        lock (_gate)
        {
            _owner = NoThread;
            _serving++;
            Monitor.PulseAll(_gate);              // each waiter looks whether it is its turn
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"cpu{Id}";
}
