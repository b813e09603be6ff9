using System.Runtime.InteropServices;

namespace MiniKernel.Hal.X86;

/// <summary>The decoded blocks of one core by address, and the native memory they lie in.</summary>
internal sealed unsafe class BlockCache : IDisposable
{
    private const int ChunkBytes = 256 << 10, MostChunks = 128;
    private readonly Dictionary<ulong, nint> _blocks = [];
    private readonly List<nint> _chunks = [];
    private readonly byte* _scratch = (byte*)NativeMemory.Alloc((nuint)LongestBytes);
    private int _used = ChunkBytes;                           // of the last chunk

    // The operations, one that leads on, and the ways out, which take a slot.
    private static int LongestBytes => sizeof(Block) + ((Block.Longest + 2) * sizeof(MicroOp));

    /// <summary>True when there are so many blocks that it is time to begin anew: code that is entered at every byte makes a block for each.</summary>
    public bool IsFull => _chunks.Count > MostChunks;

    /// <summary>The block that begins at an address, or null.</summary>
    public Block* Find(ulong rip) => (Block*)_blocks.GetValueOrDefault(rip);

    /// <summary>Room for the longest block; what is not used of it is given again.</summary>
    public Block* Reserve()
    {
        if (_used + LongestBytes > ChunkBytes)
        {
            _chunks.Add((nint)NativeMemory.Alloc(ChunkBytes));
            _used = 0;
        }
        return (Block*)(_chunks[^1] + _used);
    }

    /// <summary>Room for a block that nobody will look for.</summary>
    public Block* Scratch() => (Block*)_scratch;

    /// <summary>Keeps the block that was built in the reserved room.</summary>
    public void Add(Block* block)
    {
        _used += sizeof(Block) + ((block->Operations + 1) * sizeof(MicroOp));
        _blocks.Add(block->Rip, (nint)block);
    }

    /// <summary>Drops all blocks.</summary>
    public void Clear()
    {
        _blocks.Clear();
        for (int i = 1; i < _chunks.Count; i++)
            NativeMemory.Free((void*)_chunks[i]);
        if (_chunks.Count > 1)
            _chunks.RemoveRange(1, _chunks.Count - 1);
        _used = _chunks.Count == 0 ? ChunkBytes : 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint chunk in _chunks)
            NativeMemory.Free((void*)chunk);
        _chunks.Clear();
        NativeMemory.Free(_scratch);
    }
}
