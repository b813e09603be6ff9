namespace MiniKernel.Mm;

/// <summary>How an allocation may be made: which zone, whether it may sleep, how hard it tries (Linux 2.6.24 linux/gfp.h).</summary>
[Flags]
public enum GfpFlags : uint
{
    /// <summary>GFP_NOWAIT: no zone named, no sleeping, no reserves.</summary>
    NoWait = 0,

    /// <summary>GFP_DMA: from the DMA zone. A bare zone modifier: without <see cref="Kernel"/> it may not sleep.</summary>
    Dma = 0x01,

    /// <summary>__GFP_HIGHMEM: a page the direct map need not show.</summary>
    HighMem = 0x02,

    /// <summary>GFP_DMA32: below 4 GiB.</summary>
    Dma32 = 0x04,

    /// <summary>__GFP_WAIT: may sleep and reclaim.</summary>
    Wait = 0x10,

    /// <summary>__GFP_HIGH: may dig into half of the reserve.</summary>
    High = 0x20,

    /// <summary>__GFP_IO: may start I/O.</summary>
    Io = 0x40,

    /// <summary>__GFP_FS: may call into a file system.</summary>
    Fs = 0x80,

    /// <summary>__GFP_COLD: a page that is not in the CPU's cache will do.</summary>
    Cold = 0x100,

    /// <summary>__GFP_NOWARN: no failure message.</summary>
    NoWarn = 0x200,

    /// <summary>__GFP_REPEAT: retry although it may fail in the end.</summary>
    Repeat = 0x400,

    /// <summary>__GFP_NOFAIL: must not fail; panics here where Linux would loop for ever.</summary>
    NoFail = 0x800,

    /// <summary>__GFP_NORETRY: one try only.</summary>
    NoRetry = 0x1000,

    /// <summary>__GFP_COMP: makes a compound page.</summary>
    Comp = 0x4000,

    /// <summary>__GFP_ZERO: the memory comes back zeroed.</summary>
    Zero = 0x8000,

    /// <summary>__GFP_NOMEMALLOC: never the emergency reserve.</summary>
    NoMemAlloc = 0x10000,

    /// <summary>__GFP_HARDWALL: within the task's cpuset; without effect here.</summary>
    HardWall = 0x20000,

    /// <summary>__GFP_THISNODE: this node only; without effect on one node.</summary>
    ThisNode = 0x40000,

    /// <summary>__GFP_RECLAIMABLE: from a cache that can be shrunk.</summary>
    Reclaimable = 0x80000,

    /// <summary>__GFP_MOVABLE: without effect, there is no page mobility.</summary>
    Movable = 0x100000,

    /// <summary>GFP_ATOMIC.</summary>
    Atomic = High,

    /// <summary>GFP_NOIO.</summary>
    NoIo = Wait,

    /// <summary>GFP_NOFS.</summary>
    NoFs = Wait | Io,

    /// <summary>GFP_KERNEL.</summary>
    Kernel = Wait | Io | Fs,

    /// <summary>GFP_TEMPORARY.</summary>
    Temporary = Kernel | Reclaimable,

    /// <summary>GFP_USER.</summary>
    User = Kernel | HardWall,

    /// <summary>GFP_HIGHUSER.</summary>
    HighUser = User | HighMem,

    /// <summary>GFP_HIGHUSER_MOVABLE.</summary>
    HighUserMovable = HighUser | Movable,
}
