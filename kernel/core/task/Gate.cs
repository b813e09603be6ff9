namespace MiniKernel.Core;

/// <summary>Where a host thread waits until the baton is handed to it. One waiter; opening it lets one wait through.</summary>
internal sealed class Gate
{
    private readonly object _lock = new();
    private bool _isOpen;

    public void Wait()
    {
        lock (_lock)
        {
            while (!_isOpen)
                Monitor.Wait(_lock);
            _isOpen = false;
        }
    }

    public void Open()
    {
        lock (_lock)
        {
            _isOpen = true;
            Monitor.Pulse(_lock);
        }
    }
}
