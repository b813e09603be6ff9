namespace MiniKernel.Cli.Replay;

/// <summary>The calls a trace may make.</summary>
internal enum ReplayOperation
{
    AllocPages,
    FreePages,
    Kmalloc,
    Krealloc,
    Kfree,
    CacheCreate,
    CacheAlloc,
    CacheFree,
    CacheShrink,
    CacheDestroy,
    Cpu,
    Tick,
}

/// <summary>One checked line of a trace.</summary>
/// <param name="Line">Its number in the file, from 1.</param>
/// <param name="Operation">What it does.</param>
internal sealed record ReplayCall(int Line, ReplayOperation Operation)
{
    /// <summary>The call as the trace names it.</summary>
    public string Word { get; init; } = "";

    /// <summary>The ID it defines or uses, or "".</summary>
    public string Id { get; init; } = "";

    /// <summary>The cache it names, or "".</summary>
    public string Cache { get; init; } = "";

    /// <summary>SIZE in bytes, ORDER, N or MS.</summary>
    public ulong Number { get; init; }

    /// <summary>ALIGN in bytes.</summary>
    public ulong Align { get; init; }

    /// <summary>GFP or cache flags.</summary>
    public uint Flags { get; init; }
}
