namespace MiniKernel.Mm;

/// <summary>What happens when reclaim makes no progress for a request that Linux would find a victim for.</summary>
public enum OomPolicy
{
    /// <summary>The request fails: NULL and Linux's failure report.</summary>
    Fail,

    /// <summary>The kernel panics, as with panic_on_oom.</summary>
    Panic,
}

/// <summary>What the "kernel" section of boot.json says to mm.</summary>
public sealed record MmOptions
{
    /// <summary>See <see cref="AllocatorKind"/>.</summary>
    public AllocatorKind Allocator { get; init; }

    /// <summary>See <see cref="OomPolicy"/>.</summary>
    public OomPolicy Oom { get; init; }

    /// <summary>SLAB only: caches that get SLAB_POISON, SLAB_RED_ZONE and SLAB_STORE_USER as CONFIG_DEBUG_SLAB would give them:
    /// name patterns with <c>*</c>, separated by commas; empty for none.</summary>
    public string SlabDebug { get; init; } = "";

    /// <summary>True when each CPU is driven by a host thread of its own that owns it (Hal's <c>Cpu.Acquire</c>): for stress
    /// and benchmarks. Otherwise all CPUs pass one baton.</summary>
    public bool FreeRunning { get; init; }

    /// <summary>True when every allocation is watched: the CPUs see empty stacks and each call takes the slow path.</summary>
    public bool Watched { get; init; }

    /// <summary>True when mm keeps shadow memory: it says there what drivers may touch, puts red zones between objects and
    /// delays their reuse. Goes with <see cref="Watched"/>.</summary>
    public bool Shadow { get; init; }
}
