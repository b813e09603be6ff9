namespace MiniKernel.Core;

/// <summary>The last allocations that were given back: what a double free is told apart by.</summary>
/// <param name="capacity">Entries.</param>
internal sealed class FreedHistory(int capacity)
{
    private readonly Dictionary<ulong, LiveObject> _byKey = [];
    private readonly Queue<LiveObject> _oldestFirst = new();

    public void Remember(LiveObject gone, CpuState cpu, ulong order)
    {
        gone.FreedOrder = order;
        gone.Freed = cpu.Site;
        gone.FreedBy = cpu.Module?.Name ?? "kernel";
        gone.FreedTask = cpu.TaskName;
        gone.Source = null;                       // a pool holds its driver's functions, which may be gone long before
        _byKey[gone.Key] = gone;
        _oldestFirst.Enqueue(gone);
        if (_oldestFirst.Count <= capacity)
            return;
        LiveObject oldest = _oldestFirst.Dequeue();
        if (_byKey.GetValueOrDefault(oldest.Key) == oldest)
            _byKey.Remove(oldest.Key);
    }

    /// <summary>The address is in use again.</summary>
    public void Forget(ulong key) => _byKey.Remove(key);

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<LiveObject> All => _byKey.Values;

    public LiveObject? Find(ulong key) => _byKey.GetValueOrDefault(key);
}
