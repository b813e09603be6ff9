namespace MiniKernel.Core;

/// <summary>The last allocations that were given back: what a double free is told apart by.</summary>
internal sealed class FreedHistory
{
    private const int Capacity = 4096;            // entries
    private readonly Dictionary<ulong, LiveObject> _byKey = [];
    private readonly Queue<LiveObject> _oldestFirst = new();

    public void Remember(LiveObject gone, CallSite site, string freedBy)
    {
        gone.Freed = site;
        gone.FreedBy = freedBy;
        _byKey[gone.Key] = gone;
        _oldestFirst.Enqueue(gone);
        if (_oldestFirst.Count <= Capacity)
            return;
        LiveObject oldest = _oldestFirst.Dequeue();
        if (_byKey.GetValueOrDefault(oldest.Key) == oldest)
            _byKey.Remove(oldest.Key);
    }

    /// <summary>The address is in use again.</summary>
    public void Forget(ulong key) => _byKey.Remove(key);

    public LiveObject? Find(ulong key) => _byKey.GetValueOrDefault(key);
}
