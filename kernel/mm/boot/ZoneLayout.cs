using System.Collections.Immutable;

namespace MiniKernel.Mm;

/// <summary>The kinds of zone, lowest first (Linux 2.6 linux/mmzone.h, enum zone_type).</summary>
public enum ZoneType
{
    /// <summary>What GFP_DMA asks for.</summary>
    Dma,

    /// <summary>Below 4 GiB, on 64-bit machines.</summary>
    Dma32,

    /// <summary>The rest of what the direct map shows.</summary>
    Normal,

    /// <summary>RAM a 32-bit direct map has no room for.</summary>
    HighMem,
}

/// <summary>One configured zone: where it lies and what it keeps back. Counts are page frames.</summary>
/// <param name="Name">As /proc prints it.</param>
/// <param name="Type">Its kind.</param>
/// <param name="StartFrame">First frame; 0 when the zone is empty.</param>
/// <param name="Spanned">Frames from first to last, holes included; 0 when this machine has no memory there.</param>
/// <param name="Present">Spanned less holes, less the zone's share of the page map.</param>
/// <param name="Min">pages_min.</param>
/// <param name="Low">pages_low.</param>
/// <param name="High">pages_high.</param>
/// <param name="Protection">lowmem_reserve: what a request that prefers zone [i] leaves alone here.</param>
public sealed record ZoneLayout(
    string Name, ZoneType Type, uint StartFrame, uint Spanned, uint Present,
    uint Min, uint Low, uint High, ImmutableArray<uint> Protection)
{
    /// <summary>First frame behind the zone.</summary>
    public uint EndFrame => StartFrame + Spanned;
}
