using System.ComponentModel;
using System.Text.Json.Serialization;

namespace MiniKernel.Cli.Schema;

/// <summary>The shape of boot.json, for the schema alone: the reader goes by its own tables, and a test holds the two together.</summary>
internal sealed record BootFile
{
    [JsonPropertyName("$schema"), Description("Where this schema lies, for editors.")]
    public string? Schema { get; init; }

    [ProfileName, Description("The machine to boot: a shipped profile or one of \"profiles\". Default: i386-32.")]
    public string? Machine { get; init; }

    [Description("Profiles of your own, by name; each changes some keys of its base.")]
    public Dictionary<string, ProfileShape>? Profiles { get; init; }

    [Description("The kernel's options.")]
    public KernelShape? Kernel { get; init; }

    [Drivers, Description("The drivers to load at boot, in this order.")]
    public object[]? Drivers { get; init; }

    [Description("Where the kernel log goes.")]
    public LoggingShape? Logging { get; init; }
}

/// <summary>A hardware profile.</summary>
internal sealed record ProfileShape
{
    [ProfileName, Description("The profile this one starts from. Default: i386-32.")]
    public string? Base { get; init; }

    [Words(32, 64), Description("Bits in a pointer.")]
    public int? WordSize { get; init; }

    [Size, Description("Bytes per page frame; a power of two, 4K to 64K.")]
    public object? PageSize { get; init; }

    [Size, Description("Physical memory, holes included; whole pages, 256G at most.")]
    public object? Ram { get; init; }

    [Description("Stretches without RAM. PC profiles have one from 640K to 1M.")]
    public HoleShape[]? MemoryMap { get; init; }

    [Description("Where the kernel itself lies. Default: 1M to 4M.")]
    public RangeShape? KernelImage { get; init; }

    [Range(1, 64), Description("Number of CPUs.")]
    public int? Cpus { get; init; }

    [Size, Description("L1_CACHE_BYTES, the compile-time cache line: decides which kmalloc classes exist.")]
    public object? L1CacheBytes { get; init; }

    [Size, Description("cache_line_size(), the run-time cache line: decides alignment and colour.")]
    public object? CacheLineSize { get; init; }

    [Size, Description("First address GFP_DMA may not have; 0 = no DMA zone, the size of RAM or more = all of it.")]
    public object? DmaLimit { get; init; }

    [Size, Description("First address GFP_DMA32 may not have; 0 = no DMA32 zone. 64-bit machines only.")]
    public object? Dma32Limit { get; init; }

    [Size, Description("First address that is HighMem; 0 = all of it is low memory. 32-bit machines only, 896M at most.")]
    public object? LowmemLimit { get; init; }

    [Description("Number of buddy orders: 11 is orders 0 to 10.")]
    public int? MaxOrder { get; init; }

    [Description("CONFIG_MMU.")]
    public bool? Mmu { get; init; }

    [Description("CONFIG_LARGE_ALLOCS.")]
    public bool? LargeAllocs { get; init; }
}

/// <summary>A stretch of physical memory.</summary>
internal record RangeShape
{
    [Size, Description("First byte.")]
    public required object Start { get; init; }

    [Size, Description("First byte behind it.")]
    public required object End { get; init; }
}

/// <summary>A stretch without RAM.</summary>
internal sealed record HoleShape : RangeShape
{
    [Words("hole"), Description("What the stretch is.")]
    public string? Kind { get; init; }
}

/// <summary>The "kernel" section.</summary>
internal sealed record KernelShape
{
    [Words("slab", "slob"), Description("The object allocator: Linux's SLAB, or SLOB, the simple one for small machines.")]
    public string? Allocator { get; init; }

    [Words("fail", "panic"), Description("When memory is exhausted: the request fails, or the kernel panics.")]
    public string? Oom { get; init; }

    [Description("Caches that get red zones, poison and user words: name patterns with *, separated by commas.")]
    public string? SlabDebug { get; init; }

    [Words("tracked", "bare", "shadow"), Description("tracked: bad frees are refused and named, leaks listed. bare: Linux's silence and speed. shadow: every access is checked byte by byte.")]
    public string? Watch { get; init; }

    [Words("modern", "2.6.24"), Description("How the headers of C modules spell what Linux has spelled in two ways: as 5.10, or as 2.6.24.")]
    public string? Api { get; init; }

    [Description("What everything random starts from.")]
    public ulong? Seed { get; init; }

    [Range(1, 1_000_000_000_000), Description("Instructions a C module may execute in one call, or a thread of its between two sleeps, before it is stopped: a soft lockup. Default: 1000000000.")]
    public long? InstructionBudget { get; init; }

    [Description("Requests of drivers that fail although there is memory. A rule without nth, interval or probability makes every request that matches fail.")]
    public FaultShape[]? Faults { get; init; }
}

/// <summary>A rule of "kernel.faults".</summary>
internal sealed record FaultShape
{
    [Words("slab", "page", "cache_create"), Description("What is asked for: an object, page frames, a new cache. Default: any of them.")]
    public string? Kind { get; init; }

    [Description("The module that asks; a pattern with * and ?.")]
    public string? Module { get; init; }

    [Description("The cache that is asked; a pattern.")]
    public string? Cache { get; init; }

    [Description("Where the call stands: a pattern for a file, a file and line (ScullDevice.cs:72), or a method.")]
    public string? Site { get; init; }

    [Size, Description("Fewest bytes asked for.")]
    public object? MinSize { get; init; }

    [Size, Description("Most bytes asked for.")]
    public object? MaxSize { get; init; }

    [Description("Flags that must all be there, as GFP_ATOMIC.")]
    public string? Gfp { get; init; }

    [Description("Only this one of the requests that match fails, counted from 1.")]
    public ulong? Nth { get; init; }

    [Description("Every how manieth request may fail. Default: 1.")]
    public ulong? Interval { get; init; }

    [Range(1, 100), Description("How likely it does, in percent, from kernel.seed. Default: 100.")]
    public int? Probability { get; init; }

    [Description("How many fail at the most. Default: no limit.")]
    public ulong? Times { get; init; }
}

/// <summary>The "logging" section.</summary>
internal sealed record LoggingShape
{
    [Words("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"), Description("The least serious messages the console shows.")]
    public string? Console { get; init; }

    [AllowsNull, Description("A file for every message, relative to boot.json; null for none.")]
    public string? File { get; init; }
}

/// <summary>A size: a number or a text such as "16M".</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SizeAttribute : Attribute;

/// <summary>null is a value of its own.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowsNullAttribute : Attribute;

/// <summary>The name of a profile: the shipped ones are offered.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ProfileNameAttribute : Attribute;

/// <summary>The list of drivers.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DriversAttribute : Attribute;

/// <summary>One of these values.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WordsAttribute(params object[] values) : Attribute
{
    public IReadOnlyList<object> Values => values;
}

/// <summary>Bounds of a number.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RangeAttribute(long min, long max) : Attribute
{
    public long Min => min;

    public long Max => max;
}
