using System.Collections.Immutable;
using System.Globalization;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>GFP flags by name: the widest combination first, then what is left of it (linux/gfpflags.h, show_gfp_flags).</summary>
internal static class GfpText
{
    private static readonly ImmutableArray<(GfpFlags Flags, string Name)> _names =
    [
        (GfpFlags.HighUserMovable, "GFP_HIGHUSER_MOVABLE"), (GfpFlags.HighUser, "GFP_HIGHUSER"), (GfpFlags.User, "GFP_USER"),
        (GfpFlags.Temporary, "GFP_TEMPORARY"), (GfpFlags.Kernel, "GFP_KERNEL"), (GfpFlags.NoFs, "GFP_NOFS"),
        (GfpFlags.NoIo, "GFP_NOIO"), (GfpFlags.Atomic, "GFP_ATOMIC"), (GfpFlags.Io, "__GFP_IO"), (GfpFlags.Fs, "__GFP_FS"),
        (GfpFlags.Dma, "GFP_DMA"), (GfpFlags.HighMem, "__GFP_HIGHMEM"), (GfpFlags.Dma32, "GFP_DMA32"), (GfpFlags.Cold, "__GFP_COLD"),
        (GfpFlags.NoWarn, "__GFP_NOWARN"), (GfpFlags.Repeat, "__GFP_REPEAT"), (GfpFlags.NoFail, "__GFP_NOFAIL"),
        (GfpFlags.NoRetry, "__GFP_NORETRY"), (GfpFlags.Comp, "__GFP_COMP"), (GfpFlags.Zero, "__GFP_ZERO"),
        (GfpFlags.NoMemAlloc, "__GFP_NOMEMALLOC"), (GfpFlags.HardWall, "__GFP_HARDWALL"), (GfpFlags.ThisNode, "__GFP_THISNODE"),
        (GfpFlags.Reclaimable, "__GFP_RECLAIMABLE"), (GfpFlags.Movable, "__GFP_MOVABLE"),
    ];

    /// <summary>"GFP_KERNEL|__GFP_ZERO"; "GFP_NOWAIT" for none.</summary>
    public static string Of(GfpFlags flags)
    {
        if (flags == GfpFlags.NoWait)
            return "GFP_NOWAIT";
        List<string> names = [];
        foreach ((GfpFlags named, string name) in _names)
        {
            if ((flags & named) != named)
                continue;
            names.Add(name);
            flags &= ~named;
        }
        if (flags != GfpFlags.NoWait)
            names.Add(string.Create(CultureInfo.InvariantCulture, $"0x{(uint)flags:x}"));
        return string.Join('|', names);
    }
}
