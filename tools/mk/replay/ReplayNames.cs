using MiniKernel.Cli.Config;

namespace MiniKernel.Cli.Replay;

/// <summary>Follows the IDs and caches of a trace line by line and finds those that cannot be right.</summary>
/// <remarks>An ID is defined once and never again, freed once, and used as what it was defined as. A cache must have been
/// created above. Whether a call succeeds is not known here: an ID whose allocation gives NULL is still defined, a cache
/// whose creation is refused still has its name, and a destroy that may be refused (objects may be in use) keeps it.</remarks>
internal sealed class ReplayNames
{
    private readonly Dictionary<string, IdState> _ids = [];
    private readonly Dictionary<string, CacheState> _caches = [];
    private int _hints;

    /// <summary>Takes one call into account.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Note(ReplayCall call) => call.Operation switch
    {
        ReplayOperation.AllocPages or ReplayOperation.Kmalloc => Define(call, null),
        ReplayOperation.CacheAlloc => AllocFromCache(call),
        ReplayOperation.Krealloc => Use(call, ReplayOperation.Kmalloc, frees: false),
        ReplayOperation.Kfree => Use(call, ReplayOperation.Kmalloc, frees: true),
        ReplayOperation.FreePages => Use(call, ReplayOperation.AllocPages, frees: true),
        ReplayOperation.CacheFree => Use(call, ReplayOperation.CacheAlloc, frees: true),
        ReplayOperation.CacheCreate => Create(call),
        ReplayOperation.CacheShrink => FindCache(call, out _),
        ReplayOperation.CacheDestroy => Destroy(call),
        _ => null,
    };

    private string? Define(ReplayCall call, CacheState? cache)
    {
        if (_ids.TryAdd(call.Id, new IdState(call.Line, call.Operation, cache)))
            return null;
        return $"ID {ConfigNode.Quote(call.Id)} is defined already, on line {_ids[call.Id].Line}; an ID is defined once";
    }

    private string? AllocFromCache(ReplayCall call)
    {
        if (FindCache(call, out CacheState? cache) is { } mistake)
        {
            _ = Define(call, null); // so that the lines that free it are not mistakes as well
            return mistake;
        }
        if (Define(call, cache) is { } reused)
            return reused;
        cache!.LiveIds++;
        return null;
    }

    private string? Use(ReplayCall call, ReplayOperation definedBy, bool frees)
    {
        if (!_ids.TryGetValue(call.Id, out IdState? id))
            return $"ID {ConfigNode.Quote(call.Id)} is not defined above{Hint(call.Id, _ids.Keys)}";
        if (id.FreedLine != 0)
            return $"ID {ConfigNode.Quote(call.Id)} was freed on line {id.FreedLine}";
        if (id.DefinedBy != definedBy)
            return $"ID {ConfigNode.Quote(call.Id)} comes from {Word(id.DefinedBy)} on line {id.Line}; {Word(definedBy)} is needed here";
        if (frees)
        {
            id.FreedLine = call.Line;
            if (id.Cache is not null)
                id.Cache.LiveIds--;
        }
        return null;
    }

    private string? Create(ReplayCall call)
    {
        if (!_caches.TryGetValue(call.Cache, out CacheState? known) || known.DestroyedLine != 0)
            _caches[call.Cache] = new CacheState();
        return null; // a doubled name is for the kernel to refuse
    }

    private string? Destroy(ReplayCall call)
    {
        string? mistake = FindCache(call, out CacheState? cache);
        if (cache is { LiveIds: 0 })
            cache.DestroyedLine = call.Line;
        return mistake;
    }

    private string? FindCache(ReplayCall call, out CacheState? cache)
    {
        if (!_caches.TryGetValue(call.Cache, out cache))
            return $"cache {ConfigNode.Quote(call.Cache)} is not created above{Hint(call.Cache, _caches.Keys)}";
        int destroyed = cache.DestroyedLine;
        if (destroyed == 0)
            return null;
        cache = null;
        return $"cache {ConfigNode.Quote(call.Cache)} was destroyed on line {destroyed}";
    }

    // Looks through all of them, so only for the first few mistakes.
    private string Hint(string wrong, IEnumerable<string> known)
    {
        const int most = 20;
        return _hints++ < most && NearestName.Find(wrong, known) is { } nearest ? $"; did you mean {ConfigNode.Quote(nearest)}?" : "";
    }

    private static string Word(ReplayOperation operation) => operation switch
    {
        ReplayOperation.AllocPages => "alloc_pages",
        ReplayOperation.Kmalloc => "kmalloc",
        _ => "cache_alloc",
    };

    private sealed class IdState(int line, ReplayOperation definedBy, CacheState? cache)
    {
        public int Line => line;

        public ReplayOperation DefinedBy => definedBy;

        public CacheState? Cache => cache;

        public int FreedLine { get; set; }
    }

    private sealed class CacheState
    {
        public int LiveIds { get; set; }

        public int DestroyedLine { get; set; }
    }
}
