using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>KASAN's names for kinds of bugs (Linux mm/kasan/report_generic.c, get_shadow_bug_type).</summary>
internal static class ShadowKinds
{
    public const string NullPointer = "null-ptr-deref";
    public const string Wild = "wild-memory-access";
    public const string SlabOutOfBounds = "slab-out-of-bounds";
    public const string SlabUseAfterFree = "slab-use-after-free";
    public const string OutOfBounds = "out-of-bounds";
    public const string UseAfterFree = "use-after-free";
    public const string VmallocOutOfBounds = "vmalloc-out-of-bounds";
    public const string GlobalOutOfBounds = "global-out-of-bounds";
    public const string StackOutOfBounds = "stack-out-of-bounds";
    public const string DoubleFree = "double-free";
    public const string InvalidFree = "invalid-free";

    /// <summary>What it is to touch such a byte.</summary>
    /// <param name="value">What the shadow says of it.</param>
    /// <param name="nearest">What lies there or beside it.</param>
    public static string Of(ShadowByte value, LiveObject? nearest) => value switch
    {
        ShadowByte.RedZone => SlabOutOfBounds,
        ShadowByte.PageRedZone => OutOfBounds,
        ShadowByte.VmallocTail => VmallocOutOfBounds,
        ShadowByte.GlobalRedZone => GlobalOutOfBounds,
        ShadowByte.StackRedZone => StackOutOfBounds,
        ShadowByte.Freed => SlabUseAfterFree,
        ShadowByte.PageFreed when nearest is null or { FreedBy: not null } => UseAfterFree,
        _ => nearest is null ? Wild : OutOfBounds,       // a page nobody took, behind or before one that somebody has
    };
}
