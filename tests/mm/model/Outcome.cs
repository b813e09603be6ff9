namespace MiniKernel.Mm.Tests.Model;

internal enum OutcomeKind { Address, Null, Zero, Bug, Done }

/// <summary>What a call came to: a physical address, NULL, ZERO_SIZE_PTR, a BUG, or a plain return with a value.</summary>
internal readonly record struct Outcome(OutcomeKind Kind, ulong Value = 0)
{
    public static Outcome Null => new(OutcomeKind.Null);

    public static Outcome Zero => new(OutcomeKind.Zero);

    public static Outcome Bug => new(OutcomeKind.Bug);

    public static Outcome At(ulong physical) => new(OutcomeKind.Address, physical);

    public static Outcome AtOrNull(ulong? physical) => physical is { } address ? At(address) : Null;

    public static Outcome Done(ulong value = 0) => new(OutcomeKind.Done, value);

    public override string ToString() => Kind switch
    {
        OutcomeKind.Address => $"0x{Value:x}",
        OutcomeKind.Done => $"done({Value})",
        _ => Kind.ToString().ToUpperInvariant(),
    };
}

/// <summary>A zone as the page allocator sees it: its numbers, frames on its free lists, blocks per order, frames parked on
/// per-CPU lists (per CPU the hot list, then the cold one).</summary>
internal sealed record ZoneSnapshot(
    string Name, long Start, long Spanned, long Present, long Min, long Low, long High, IReadOnlyList<long> Protection,
    long Free, IReadOnlyList<int> FreeBlocks, IReadOnlyList<int> PerCpu)
{
    public override string ToString() =>
        $"{Name} start {Start} spanned {Spanned} present {Present} min {Min} low {Low} high {High} protection {string.Join(' ', Protection)} "
        + $"free {Free} blocks {string.Join(' ', FreeBlocks)} per-cpu {string.Join(' ', PerCpu)}";
}

/// <summary>A cache's numbers as /proc/slabinfo counts them.</summary>
internal sealed record CacheSnapshot(
    string Name, long ActiveObjects, long Objects, long ObjectSize, long ObjectsPerSlab, long PagesPerSlab, long Limit, long Batch, long Shared,
    long ActiveSlabs, long Slabs, long SharedAvailable);
