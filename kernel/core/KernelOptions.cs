using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>How closely allocations are watched ("kernel.watch" of boot.json).</summary>
public enum WatchMode
{
    /// <summary>A table of live objects with owner and call site; bad frees are refused and named; leaks are listed.</summary>
    Tracked,

    /// <summary>Nothing is recorded: Linux's silence where Linux is silent, and Linux's speed.</summary>
    Bare,

    /// <summary>As tracked, and every access is looked up in shadow memory: use after free, out of bounds, double and invalid
    /// frees, DMA where it has no business. Freed objects wait in quarantine.</summary>
    Shadow,
}

/// <summary>What a kernel is started with: the "kernel" section of boot.json.</summary>
public sealed record KernelOptions
{
    /// <summary>What concerns memory management; <see cref="MmOptions.Watched"/> and <see cref="MmOptions.Shadow"/> follow <see cref="Watch"/>.</summary>
    public MmOptions Mm { get; init; } = new();

    /// <summary>See <see cref="WatchMode"/>.</summary>
    public WatchMode Watch { get; init; }

    /// <summary>Requests that fail on demand. Any rule makes every request take the watched path.</summary>
    public IReadOnlyList<FaultRule> Faults { get; init; } = [];

    /// <summary>How C modules spell what they ask for.</summary>
    public KernelApi Api { get; init; }

    /// <summary>What everything random starts from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Instructions a C module may execute in one call before it must return, and a kernel thread of its before it must sleep; it is stopped with an oops when it goes over.
    /// What the kernel does for it counts too: a call as 100, a line of the log as 2000, a byte of a string as 4.</summary>
    public long InstructionBudget { get; init; } = 1_000_000_000;

    /// <summary>Virtual time a driver may run before it must return; it is stopped with an oops when it goes over.</summary>
    public ulong ModuleBudgetNs { get; init; } = 3_600_000_000_000;

    /// <summary>/proc/cmdline; null shows the options themselves.</summary>
    public string? CommandLine { get; init; }

    /// <summary>The options as a kernel command line.</summary>
    internal string EffectiveCommandLine => CommandLine
        ?? $"{(Mm.Allocator == AllocatorKind.Slob ? "slob" : "slab")} oom={(Mm.Oom == OomPolicy.Panic ? "panic" : "fail")} watch={Watch switch { WatchMode.Bare => "bare", WatchMode.Shadow => "shadow", _ => "tracked" }}"
            + (Api == KernelApi.Modern ? "" : " api=2.6.24") + (Mm.SlabDebug.Length == 0 ? "" : $" slab_debug={Mm.SlabDebug}");
}
