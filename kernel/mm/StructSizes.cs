using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Bytes of the structures that vmalloc, mempool and dma_pool take from kmalloc (Linux 2.6.24, no debugging fields).</summary>
/// <remarks>They take their true memory; what they say lives on the host. A spinlock takes four bytes on several CPUs.</remarks>
internal readonly struct StructSizes
{
    public StructSizes(HardwareProfile profile)
    {
        int word = profile.WordBytes, spinlock = profile.Cpus > 1 ? 4 : 0;
        int waitQueue = Align(spinlock, word) + (2 * word);
        VmStruct = (ulong)(Align((5 * word) + 4, word) + word);
        Mempool = (ulong)(Align(spinlock + 8, word) + (4 * word) + waitQueue);
        DmaPool = (ulong)((2 * word) + Align(spinlock, word) + (4 * word) + 32 + waitQueue + (2 * word));
        DmaPage = (ulong)((4 * word) + 8);
    }

    /// <summary>sizeof(struct vm_struct).</summary>
    public ulong VmStruct { get; }

    /// <summary>sizeof(mempool_t).</summary>
    public ulong Mempool { get; }

    /// <summary>sizeof(struct dma_pool).</summary>
    public ulong DmaPool { get; }

    /// <summary>sizeof(struct dma_page).</summary>
    public ulong DmaPage { get; }

    private static int Align(int bytes, int to) => (bytes + to - 1) / to * to;
}
