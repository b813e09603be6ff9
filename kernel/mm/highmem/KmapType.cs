namespace MiniKernel.Mm;

/// <summary>km_type: kmap_atomic's slots of a CPU, one a purpose, so that nested users do not meet (asm-i386/kmap_types.h).</summary>
public enum KmapType
{
    /// <summary>KM_BOUNCE_READ.</summary>
    BounceRead,

    /// <summary>KM_SKB_SUNRPC_DATA.</summary>
    SkbSunrpcData,

    /// <summary>KM_SKB_DATA_SOFTIRQ.</summary>
    SkbDataSoftirq,

    /// <summary>KM_USER0: process context.</summary>
    User0,

    /// <summary>KM_USER1: process context, a second page beside <see cref="User0"/>.</summary>
    User1,

    /// <summary>KM_BIO_SRC_IRQ.</summary>
    BioSrcIrq,

    /// <summary>KM_BIO_DST_IRQ.</summary>
    BioDstIrq,

    /// <summary>KM_PTE0.</summary>
    Pte0,

    /// <summary>KM_PTE1.</summary>
    Pte1,

    /// <summary>KM_IRQ0: interrupt handlers.</summary>
    Irq0,

    /// <summary>KM_IRQ1.</summary>
    Irq1,

    /// <summary>KM_SOFTIRQ0.</summary>
    Softirq0,

    /// <summary>KM_SOFTIRQ1.</summary>
    Softirq1,
}
