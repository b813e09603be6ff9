using System.Runtime.CompilerServices;

namespace MiniKernel.Mm;

/// <summary>struct slab and the bufctl array behind it, as bytes in simulated memory.</summary>
/// <remarks>Field order as in Linux 2.6.24: list, colouroff, s_mem, inuse, free, nodeid. The host pointer has passed
/// KernelMap.TryHost for the whole of it.</remarks>
internal readonly unsafe struct Slab<TWord>(byte* at)
    where TWord : struct, IWord
{
    /// <summary>Bytes of the structure; the bufctl array follows.</summary>
    public static int StructBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWord.Bytes == 8 ? 48 : 28;
    }

    /// <summary>list.next.</summary>
    public ulong Next { get => TWord.Read(at); set => TWord.Write(at, value); }

    /// <summary>list.prev.</summary>
    public ulong Prev { get => TWord.Read(at + TWord.Bytes); set => TWord.Write(at + TWord.Bytes, value); }

    /// <summary>colouroff: bytes from the slab's first page to its first buffer.</summary>
    public ulong ColourOff { get => TWord.Read(at + (2 * TWord.Bytes)); set => TWord.Write(at + (2 * TWord.Bytes), value); }

    /// <summary>s_mem: address of the first buffer.</summary>
    public ulong Mem { get => TWord.Read(at + (3 * TWord.Bytes)); set => TWord.Write(at + (3 * TWord.Bytes), value); }

    /// <summary>inuse: buffers out of the slab, in arrays or with their users.</summary>
    public ref uint InUse => ref *(uint*)(at + (4 * TWord.Bytes));

    /// <summary>free: index of the first free buffer.</summary>
    public ref uint Free => ref *(uint*)(at + (4 * TWord.Bytes) + 4);

    /// <summary>bufctl: for each free buffer the next free one.</summary>
    public uint* Bufctl
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (uint*)(at + StructBytes);
    }
}
