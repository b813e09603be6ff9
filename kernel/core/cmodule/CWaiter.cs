namespace MiniKernel.Core;

/// <summary>A wait_queue_t on a queue.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Place">Its place there.</param>
internal sealed record CWaiter(WaitQueue Queue, LinkedListNode<Waiter> Place)
{
    /// <summary>True while it stands there.</summary>
    public bool IsQueued => Place.List is not null;

    /// <summary>Takes it off.</summary>
    public void Leave()
    {
        if (IsQueued)
            Queue.Remove(Place);
    }
}
