namespace MiniKernel.Core;

/// <summary>What the tracker knows beside objects, pages and caches.</summary>
internal enum RegionKind
{
    /// <summary>By address.</summary>
    Vmalloc,

    /// <summary>By frame; a page can be mapped several times.</summary>
    Kmap,

    /// <summary>By address of its descriptor.</summary>
    Mempool,

    /// <summary>By address.</summary>
    MempoolElement,

    /// <summary>By frame.</summary>
    MempoolPages,

    /// <summary>By address.</summary>
    Coherent,

    /// <summary>By bus address; memory can be mapped several times.</summary>
    DmaMapping,

    /// <summary>By address of its descriptor.</summary>
    DmaPool,

    /// <summary>By address.</summary>
    DmaBlock,

    /// <summary>By address of the first CPU's.</summary>
    PerCpu,
}
