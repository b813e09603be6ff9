using Iced.Intel;

namespace MiniKernel.Hal.X86;

/// <summary>Turns code into blocks.</summary>
internal sealed unsafe class BlockBuilder
{
    private readonly X86Mode _mode;
    private readonly X86Core _core;
    private readonly Translator _translator;
    private readonly CodeBytes _bytes;
    private readonly Decoder _decoder;
    private readonly List<Instruction> _instructions = new(Block.Longest);
    private readonly bool[] _flagsLive = new bool[Block.Longest];

    public BlockBuilder(X86Mode mode, X86Core core, IX86Memory memory, Translator translator)
    {
        _mode = mode;
        _core = core;
        _translator = translator;
        _bytes = new CodeBytes(mode, memory);
        _decoder = Decoder.Create((int)mode, _bytes);
    }

    /// <summary>Decodes the block at an address.</summary>
    /// <param name="rip">Its first instruction.</param>
    /// <param name="limit">Instructions at most, up to <see cref="Block.Longest"/>.</param>
    /// <param name="room">Where it goes: room for the longest block.</param>
    /// <returns>The block; null when its first instruction cannot be fetched, which the core has been told.</returns>
    public Block* Build(ulong rip, int limit, Block* room)
    {
        if (!TryDecode(rip, limit))
        {
            _core.FetchFault(rip, _bytes.Address);
            return null;
        }
        FlagLiveness.Find(_instructions, _flagsLive);
        room->Rip = rip;
        room->Count = _instructions.Count;
        room->Seen = 0;
        MicroOp* op = Translate(Block.First(room));
        if (!Translator.EndsBlock(_instructions[^1]))
            _translator.TranslateEnd(op++);
        SetExits((Exits*)op, _instructions[^1]);
        room->Operations = (int)(op - Block.First(room));
        return room;
    }

    /// <summary>Decodes one instruction; an invalid one where there is no code.</summary>
    public Instruction Decode(ulong rip)
    {
        _bytes.MoveTo(rip);
        _decoder.IP = rip;
        return _decoder.Decode();
    }

    // Reads instructions up to the one that ends the block. STI takes one more with it.
    private bool TryDecode(ulong rip, int limit)
    {
        _instructions.Clear();
        _bytes.MoveTo(rip);
        _decoder.IP = rip;
        bool isLast = false;
        while (_instructions.Count < limit && !isLast)
        {
            isLast = _instructions.Count > 0 && _instructions[^1].Mnemonic == Mnemonic.Sti;
            _decoder.Decode(out Instruction instruction);
            if (instruction.IsInvalid && _decoder.LastError == DecoderError.NoMoreBytes)
                break;
            _instructions.Add(instruction);
            isLast |= Translator.EndsBlock(instruction);
        }
        return _instructions.Count > 0;
    }

    // Returns the operation behind the last one.
    private MicroOp* Translate(MicroOp* op)
    {
        for (int i = 0; i < _instructions.Count; i++)
        {
            Instruction instruction = _instructions[i];
            *op = default;
            op->SetPlace((int)(uint)(instruction.IP - _instructions[0].IP), i);
            if (i + 1 < _instructions.Count && _translator.TryTranslatePair(instruction, _instructions[i + 1], op))
                i++;
            else
                _translator.Translate(instruction, _flagsLive[i], op);
            op++;
        }
        return op;
    }

    private void SetExits(Exits* exits, in Instruction last) => *exits = new Exits
    {
        TakenRip = Cut(last.NearBranchTarget),
        NextRip = Cut(last.NextIP),
    };

    private ulong Cut(ulong address) => _mode == X86Mode.I386 ? (uint)address : address;
}
