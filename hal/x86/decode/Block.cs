namespace MiniKernel.Hal.X86;

/// <summary>A run of instructions with one way in, decoded. Its operations lie behind it.</summary>
internal unsafe struct Block
{
    /// <summary>Instructions at most.</summary>
    public const int Longest = 64;

    /// <summary>Address of the first instruction.</summary>
    public ulong Rip;

    /// <summary>Instructions.</summary>
    public int Count;

    /// <summary>Operations: fewer where two instructions make one.</summary>
    public int Operations;

    /// <summary>Strides that ended in front of it: how often it runs, by samples.</summary>
    public int Seen;

    public static MicroOp* First(Block* block) => (MicroOp*)(block + 1);
}

/// <summary>An entry of the table that indirect branches look their target up in.</summary>
internal unsafe struct JumpTarget
{
    public const int Entries = 1024;

    public ulong Rip;
    public Block* Block;

    /// <summary>Functions begin at multiples of 16, return addresses anywhere.</summary>
    public static int IndexOf(ulong rip) => (int)((rip ^ (rip >> 8)) & (Entries - 1));
}
