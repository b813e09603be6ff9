namespace MiniKernel.Hal.X86.Tests;

/// <summary>How the emulated core gets at the cases' memory: each way takes other handlers.</summary>
internal enum MemoryPath
{
    /// <summary>All of it in the direct map.</summary>
    Direct,

    /// <summary>In the direct map, with a shadow byte for each byte.</summary>
    Shadowed,

    /// <summary>Outside the direct map, page by page: operands may lie in two pieces.</summary>
    Paged,
}

/// <summary>Runs cases on the emulated core.</summary>
internal sealed unsafe class EmulatedCpu : IDisposable
{
    private const long Budget = 1000;
    private const byte Int3 = 0xcc;
    private readonly SandboxMemory _memory = new();
    private readonly SandboxMemory.Region _code;
    private readonly List<SandboxMemory.Region> _ram = [];
    private readonly X86Core _core;

    public EmulatedCpu(X86Mode mode, MemoryPath path, bool joins = false)
    {
        _code = _memory.Add(OracleLayout.Code, (int)OracleLayout.Page, "rx");
        _code.Bytes.Fill(Int3);
        int pages = path == MemoryPath.Paged ? 2 : 1;
        for (int i = 0; i < pages; i++)
            _ram.Add(_memory.Add(OracleLayout.Ram + ((ulong)i * OracleLayout.Page), 2 / pages * (int)OracleLayout.Page, "rw", path != MemoryPath.Paged, path == MemoryPath.Shadowed));
        Span<byte> readOnly = _memory.Add(OracleLayout.ReadOnly, (int)OracleLayout.Page, "r").Bytes;
        for (int i = 0; i < readOnly.Length; i++)
            readOnly[i] = (byte)((i * 7) + 3);
        _core = new X86Core(mode, _memory, new SandboxPlatform(), new TrapPage(0x7000_0000, 1)) { GsBase = OracleLayout.GsBase, JoinAfter = joins ? 0 : int.MaxValue };
    }

    public OracleAnswer Run(in OracleCase what)
    {
        Load(what);
        X86Exit exit = _core.Run(Budget);
        Assert.That(exit.Kind, Is.AnyOf(X86ExitKind.Fault, X86ExitKind.SoftwareInterrupt), Comparison.Describe(what));
        var answer = new OracleAnswer { Vector = (uint)exit.Vector, Error = exit.ErrorCode, Address = exit.Address };
        Save(ref answer.After);
        answer.After.Rip = exit.Rip;
        _code.At(OracleLayout.CodeAt, OracleCase.CodeBytes).Fill(Int3);
        return answer;
    }

    public void Dispose()
    {
        _core.Dispose();
        _memory.Dispose();
    }

    private void Load(in OracleCase what)
    {
        for (int i = 0; i < Registers; i++)
            _core[(X86Register)i] = what.Before.Registers[i];
        _core.Rflags = what.Before.Flags | 0x200;
        _core.Rip = OracleLayout.CodeAt;
        fixed (byte* code = what.Code, window = what.Before.Window, tail = what.Before.Tail)
        {
            new Span<byte>(code, (int)what.Length).CopyTo(_code.At(OracleLayout.CodeAt, OracleCase.CodeBytes));
            Assert.That(_core.TryWrite(OracleLayout.Window, new(window, MachineState.WindowBytes)), Is.True);
            Assert.That(_core.TryWrite(OracleLayout.Tail, new(tail, MachineState.TailBytes)), Is.True);
        }
        _core.ForgetCode();
    }

    private void Save(ref MachineState state)
    {
        for (int i = 0; i < Registers; i++)
            state.Registers[i] = _core[(X86Register)i];
        state.Flags = _core.Rflags;
        fixed (byte* window = state.Window, tail = state.Tail)
        {
            Assert.That(_core.TryRead(OracleLayout.Window, new(window, MachineState.WindowBytes)), Is.True);
            Assert.That(_core.TryRead(OracleLayout.Tail, new(tail, MachineState.TailBytes)), Is.True);
        }
    }

    private int Registers => _core.Mode == X86Mode.I386 ? 8 : 16;
}
