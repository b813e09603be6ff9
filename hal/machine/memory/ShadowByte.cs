namespace MiniKernel.Hal;

/// <summary>What a byte of shadow memory says of the byte of RAM it stands for.</summary>
/// <remarks>Values above 1 are KASAN's (Linux mm/kasan/kasan.h). KASAN has a shadow byte for 8 bytes of memory and 0 for
/// "all of them"; objects of a 32-bit kernel are 4-aligned, so here each byte has its own and 0 is what nobody wrote yet.</remarks>
public enum ShadowByte : byte
{
    /// <summary>Nobody's: never allocated since power-on, or the kernel's image.</summary>
    Nobody = 0,

    /// <summary>Drivers and devices may touch it.</summary>
    Open = 1,

    /// <summary>Below a stack that no guard page ends.</summary>
    StackRedZone = 0xf1,

    /// <summary>Behind what vmalloc was asked for, up to the end of the page.</summary>
    VmallocTail = 0xf8,

    /// <summary>Between the variables and constants of a C module, and behind them up to the end of the page.</summary>
    GlobalRedZone = 0xf9,

    /// <summary>An object that was given back, perhaps still in quarantine, or an element in a pool's reserve.</summary>
    Freed = 0xfb,

    /// <summary>An allocator's own: management, padding, objects never handed out, the rest of a size class.</summary>
    RedZone = 0xfc,

    /// <summary>Behind what was asked for, up to the end of the pages that were taken for it.</summary>
    PageRedZone = 0xfe,

    /// <summary>A page that was given back.</summary>
    PageFreed = 0xff,
}
