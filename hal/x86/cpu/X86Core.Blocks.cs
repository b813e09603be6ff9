namespace MiniKernel.Hal.X86;

// Finding and remembering decoded code.
public sealed unsafe partial class X86Core
{
    private readonly BlockCache _blocks;
    private readonly BlockBuilder _builder;
    private readonly BlockJoiner _joiner;
    private bool _overflowed;

    /// <summary>Drops all decoded code: to be called when code was loaded, changed or taken away.</summary>
    public void ForgetCode()
    {
        if (_running)
            throw new InvalidOperationException("the core is running");
        DropBlocks();
    }

    /// <summary>Drops what is known of where memory lies: to be called when a mapping was changed or taken away.</summary>
    public void ForgetMemory()
    {
        _state->Readable = default;
        _state->Writable = default;
        _state->Direct = Window.Of(_memory.Direct);
    }

    /// <summary>Finds the block a branch goes to when it is taken, and remembers it.</summary>
    internal Block* LinkTaken(Exits* exits) => exits->Taken = Find(exits->TakenRip);

    /// <summary>Finds the block behind one, and remembers it.</summary>
    internal Block* LinkNext(Exits* exits) => exits->Next = Find(exits->NextRip);

    /// <summary>Finds the block at an address, decoding it if need be.</summary>
    /// <returns>Null when there is no code, or when the address is one of the trap page's.</returns>
    internal Block* Find(ulong rip)
    {
        if (_traps.Contains(rip))
        {
            _state->Rip = rip;
            _exit = new X86Exit(X86ExitKind.Trap, rip, TrapIndex: _traps.IndexOf(rip));
            return null;
        }
        Block* block = _blocks.Find(rip);
        if (block == null)
        {
            if (_blocks.IsFull)
                return Overflow(rip);
            block = _builder.Build(rip, Block.Longest, _blocks.Reserve());
            if (block == null)
                return null;
            _blocks.Add(block);
            if (JoinAfter == 0)
                _joiner.Join(block);
        }
        _state->Jumps[JumpTarget.IndexOf(rip)] = new JumpTarget { Rip = rip, Block = block };
        return block;
    }

    // Some block is running and cannot be dropped here: that waits until it has ended.
    private Block* Overflow(ulong rip)
    {
        _state->Rip = rip;
        _overflowed = true;
        return null;
    }

    // After a block that was followed by none: the next one if that was only for lack of room.
    private Block* AfterOverflow()
    {
        if (!_overflowed)
            return null;
        DropBlocks();
        return Find(_state->Rip);
    }

    private void DropBlocks()
    {
        _overflowed = false;
        _blocks.Clear();
        ForgetJumps();
    }

    // An entry's address never is one that looks there, so that an empty table finds nothing.
    private void ForgetJumps()
    {
        for (int i = 0; i < JumpTarget.Entries; i++)
            _state->Jumps[i] = new JumpTarget { Rip = i == 0 ? 1UL : 0 };
    }
}
