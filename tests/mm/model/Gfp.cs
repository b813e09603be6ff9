namespace MiniKernel.Mm.Tests.Model;

/// <summary>The model's own table of gfp bits (Linux 2.6.24 include/linux/gfp.h).</summary>
internal static class Gfp
{
    public const uint Dma = 0x01, HighMem = 0x02, Dma32 = 0x04, Wait = 0x10, High = 0x20, Io = 0x40, Fs = 0x80, Cold = 0x100, NoWarn = 0x200,
        Repeat = 0x400, NoFail = 0x800, NoRetry = 0x1000, Comp = 0x4000, Zero = 0x8000, NoMemAlloc = 0x10000, HardWall = 0x20000,
        ThisNode = 0x40000, Reclaimable = 0x80000, Movable = 0x100000;

    public const uint NoWait = 0, Atomic = High, NoIo = Wait, NoFs = Wait | Io, Kernel = Wait | Io | Fs,
        User = Kernel | HardWall, HighUser = User | HighMem, Temporary = Kernel | Reclaimable;

    /// <summary>What cache_grow hands on to the page allocator.</summary>
    public const uint KeptByGrow = HardWall | ThisNode | Wait | High | Io | Fs | NoWarn | Repeat | NoFail | NoRetry | NoMemAlloc;

    /// <summary>GFP_SLAB_BUG_MASK: what cache_grow does not take.</summary>
    public const uint SlabBug = Dma32 | HighMem | ~((1u << 21) - 1);
}

/// <summary>The model's own table of slab flags (Linux 2.6.24 include/linux/slab.h).</summary>
internal static class SlabBits
{
    public const uint RedZone = 0x400, Poison = 0x800, HwCacheAlign = 0x2000, CacheDma = 0x4000, StoreUser = 0x10000, ReclaimAccount = 0x20000,
        Panic = 0x40000, DestroyByRcu = 0x80000, MemSpread = 0x100000, Debug = RedZone | Poison | StoreUser,
        CreateMask = Debug | HwCacheAlign | CacheDma | ReclaimAccount | Panic | DestroyByRcu | MemSpread;
}
