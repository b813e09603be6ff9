namespace MiniKernel.Core;

/// <summary>A lock that many readers have at once, or one writer: struct rw_semaphore.</summary>
/// <remarks>First come, first served: behind a writer that waits, readers wait too, as in Linux. Its owner is not checked.</remarks>
/// <param name="name">What reports call it.</param>
internal sealed class KernelRwSemaphore(string name)
{
    private readonly LinkedList<Request> _waiting = new();

    private sealed record Request(bool IsWriter);

    /// <summary>What reports call it.</summary>
    public string Name => name;

    /// <summary>rwsem_is_locked().</summary>
    public bool IsLocked => Readers != 0 || IsWritten;

    /// <summary>How many read.</summary>
    public int Readers { get; private set; }

    /// <summary>True while somebody writes.</summary>
    public bool IsWritten { get; private set; }

    private WaitQueue Waiters { get; } = new(name);

    /// <summary>down_read(), down_write().</summary>
    public void Down(Kernel kernel, CpuState cpu, bool write)
    {
        LinkedListNode<Request> place = _waiting.AddLast(new Request(write));
        bool isTaken = false;
        try
        {
            WaitReason reason = new("rw_semaphore", name, this, cpu.Site);
            kernel.Tasks.Wait(cpu, Waiters, reason, isExclusive: false, Scheduler.Forever, () => MayGo(place));
            Take(write);
            isTaken = true;
        }
        finally
        {
            _waiting.Remove(place);
            if (!isTaken)
                WakeAll(kernel);                  // it was ended; those behind it may go on
        }
    }

    /// <summary>down_read_trylock(), down_write_trylock().</summary>
    public bool TryDown(bool write)
    {
        if (_waiting.Count != 0 || IsWritten || (write && Readers != 0))
            return false;
        Take(write);
        return true;
    }

    /// <summary>up_read(), up_write().</summary>
    /// <returns>False when it was not locked so.</returns>
    public bool TryUp(Kernel kernel, bool write)
    {
        if (write ? !IsWritten : Readers == 0)
            return false;
        if (write)
            IsWritten = false;
        else
            Readers--;
        WakeAll(kernel);
        return true;
    }

    /// <summary>downgrade_write(): a writer goes on as a reader.</summary>
    /// <returns>False when it was not locked so.</returns>
    public bool TryDowngrade(Kernel kernel)
    {
        if (!IsWritten)
            return false;
        (IsWritten, Readers) = (false, 1);
        WakeAll(kernel);
        return true;
    }

    private void WakeAll(Kernel kernel) => kernel.Tasks.WakeUp(Waiters, int.MaxValue);

    // Whoever is before it goes first, but that readers go together.
    private bool MayGo(LinkedListNode<Request> place)
    {
        if (IsWritten || (place.Value.IsWriter && (Readers != 0 || place.Previous is not null)))
            return false;
        for (LinkedListNode<Request>? before = place.Previous; before is not null; before = before.Previous)
        {
            if (before.Value.IsWriter)
                return false;
        }
        return true;
    }

    private void Take(bool write)
    {
        if (write)
            IsWritten = true;
        else
            Readers++;
    }
}
