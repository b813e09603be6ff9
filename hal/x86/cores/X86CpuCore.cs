using System.Collections.Immutable;

namespace MiniKernel.Hal.X86;

/// <summary>An <see cref="X86Core"/> as the kernel knows cores.</summary>
internal sealed class X86CpuCore : ICpuCore
{
    private static readonly ImmutableArray<string> _names32 = ["EAX", "EBX", "ECX", "EDX", "ESI", "EDI", "EBP", "ESP"];
    private static readonly ImmutableArray<string> _names64 =
        ["RAX", "RBX", "RCX", "RDX", "RSI", "RDI", "RBP", "RSP", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"];

    // In the order of the names.
    private static readonly ImmutableArray<X86Register> _order =
    [
        X86Register.Rax, X86Register.Rbx, X86Register.Rcx, X86Register.Rdx, X86Register.Rsi, X86Register.Rdi, X86Register.Rbp, X86Register.Rsp,
        X86Register.R8, X86Register.R9, X86Register.R10, X86Register.R11, X86Register.R12, X86Register.R13, X86Register.R14, X86Register.R15,
    ];

    private readonly X86Core _core;
    private readonly CallingConvention _convention;

    public X86CpuCore(Machine machine, ICpuBus bus, CpuTraps traps)
    {
        var memory = new X86MachineBus(machine, bus);
        X86Mode mode = machine.Profile.WordSize == 64 ? X86Mode.X64 : X86Mode.I386;
        _convention = mode == X86Mode.X64 ? CallingConvention.SystemV : CallingConvention.Regparm3;
        _core = new X86Core(mode, memory, memory, new TrapPage(traps.Start, traps.Count, traps.Stride));
    }

    public ulong StackPointer
    {
        get => _core[X86Register.Rsp];
        set => _core[X86Register.Rsp] = value;
    }

    public ulong InstructionPointer => _core.Rip;

    public bool InterruptsEnabled
    {
        get => _core.InterruptsEnabled;
        set => _core.InterruptsEnabled = value;
    }

    public long BudgetLeft => _core.BudgetLeft;

    public ulong Result => _core.Result;

    public ulong WideResult => _core.Mode == X86Mode.X64 ? _core.Result : (_core[X86Register.Rdx] << 32) | (uint)_core.Result;

    public IReadOnlyList<CpuRegister> Registers
    {
        get
        {
            bool isWide = _core.Mode == X86Mode.X64;
            ImmutableArray<string> names = isWide ? _names64 : _names32;
            return
            [
                .. names.Select((name, i) => new CpuRegister(name, _core[_order[i]])),
                new(isWide ? "RIP" : "EIP", _core.Rip), new("EFLAGS", _core.Rflags),
            ];
        }
    }

    public bool TryBeginCall(ulong function, ReadOnlySpan<ulong> arguments, int returnTrap) =>
        _core.TryBeginCall(_convention, function, arguments, returnTrap);

    public CpuStop Run(long budget)
    {
        X86Exit exit = _core.Run(budget);
        CpuStopKind kind = exit.Kind switch
        {
            X86ExitKind.Budget => CpuStopKind.Budget,
            X86ExitKind.Trap => CpuStopKind.Trap,
            X86ExitKind.Fault => CpuStopKind.Fault,
            X86ExitKind.SoftwareInterrupt => CpuStopKind.SoftwareInterrupt,
            X86ExitKind.Halt => CpuStopKind.Halt,
            _ => CpuStopKind.Other,
        };
        if (exit.Kind == X86ExitKind.Halt || (exit.Kind == X86ExitKind.SoftwareInterrupt && exit.Vector > X86Vector.Overflow))
            exit = exit with { Rip = _core.Rip = exit.Address };          // here they are faults, and a fault stands at its instruction
        return new CpuStop(kind, exit.Rip, kind == CpuStopKind.Fault ? FaultOf(exit.Vector) : CpuFault.None, exit.Vector, exit.ErrorCode, exit.Address, exit.TrapIndex, exit.Bytes);
    }

    public ICpuArguments Arguments(bool isVariadic) =>
        new Cursor(new ArgumentReader(_core, isVariadic && _core.Mode == X86Mode.I386 ? CallingConvention.Cdecl : _convention));

    public bool TryReturn(ulong value) => _core.TryReturn(value);

    public object Snapshot() => _core.Snapshot();

    public void Restore(object snapshot) => _core.Restore((X86Snapshot)snapshot);

    public void ForgetMemory() => _core.ForgetMemory();

    public void ForgetCode() => _core.ForgetCode();

    public IReadOnlyList<CpuInstruction> Disassemble(ReadOnlySpan<byte> code, ulong address, Func<ulong, string?> symbolAt)
    {
        var disassembler = new Disassembler((int)_core.Mode, DisassemblySyntax.Att, at => symbolAt(at) is { } name ? new CodeSymbol(name, at) : null);
        return [.. disassembler.Disassemble(code, address).Select(line => new CpuInstruction(line.Address, line.Length, line.Text))];
    }

    public void Dispose() => _core.Dispose();

    private static CpuFault FaultOf(int vector) => vector switch
    {
        X86Vector.DivideError => CpuFault.Divide,
        X86Vector.InvalidOpcode => CpuFault.InvalidInstruction,
        X86Vector.PageFault => CpuFault.Page,
        X86Vector.GeneralProtection or X86Vector.StackSegment => CpuFault.Protection,
        _ => CpuFault.Other,
    };

    private sealed class Cursor(ArgumentReader reader) : ICpuArguments
    {
        private ArgumentReader _reader = reader;

        public bool TryNextWord(out ulong value) => _reader.TryNextWord(out value);

        public bool TryNextLong(out ulong value) => _reader.TryNextLong(out value);
    }
}
