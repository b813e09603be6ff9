using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Buffers for packets of one size: skbuff_head_cache, but with the data behind the header and a reserve.</summary>
/// <remarks>The constructor writes what stays true for an object's whole life: its mark, where its data begin and end. What a
/// packet changes is written when a buffer is allocated. (Bonwick 1994; Linux 2.6 keeps the data apart.)</remarks>
[DriverSurface]
public sealed class SkBuffCache
{
    internal SkBuffCache(string name, uint bytes, KmemCache objects, Mempool? reserve) =>
        (Name, BufferBytes, Objects, Reserve) = (name, bytes, objects, reserve);

    /// <summary>Its name in /proc/slabinfo.</summary>
    public string Name { get; }

    /// <summary>Bytes of data a buffer holds.</summary>
    public uint BufferBytes { get; }

    /// <summary>Buffers that are not back.</summary>
    public int InUse { get; internal set; }

    internal KmemCache Objects { get; }

    internal Mempool? Reserve { get; }
}
