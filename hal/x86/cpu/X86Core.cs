using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniKernel.Hal.X86;

/// <summary>One emulated x86 CPU: an interpreter over decoded blocks.</summary>
/// <remarks>
/// <see cref="Run"/> follows blocks until something happens that the owner has to know. All of the CPU lies in one
/// native struct; handlers are static functions that work on it. A core is used by one thread at a time, and several
/// cores may share memory. Code must not change while it is known: see <see cref="ForgetCode"/>.
/// </remarks>
public sealed unsafe partial class X86Core : IDisposable
{
    // Instructions from one look around to the next. Not more: where the JIT makes no jump of a handler's last call, the stack gets so deep.
    private const long LongestStride = 1024;
    private readonly CpuState* _state;
    private readonly IX86Memory _memory;
    private readonly TrapPage _traps;
    private X86Exit _exit;
    private bool _running, _disposed;

    /// <summary>A core after reset: all registers 0, interrupts off.</summary>
    /// <param name="mode">Which machine.</param>
    /// <param name="memory">What it sees of memory; with shadow bytes in <see cref="IX86Memory.Direct"/> every access is tested against its shadow.</param>
    /// <param name="platform">Ports and clock.</param>
    /// <param name="traps">The addresses that leave the emulator.</param>
    public X86Core(X86Mode mode, IX86Memory memory, IX86Platform platform, TrapPage traps)
    {
        Mode = mode;
        Platform = platform;
        _memory = memory;
        _traps = traps;
        _state = (CpuState*)NativeMemory.AlignedAlloc((nuint)sizeof(CpuState), 64);
        NativeMemory.Clear(_state, (nuint)sizeof(CpuState));
        _state->Jumps = (JumpTarget*)NativeMemory.AllocZeroed(JumpTarget.Entries, (nuint)sizeof(JumpTarget));
        _state->Direct = Window.Of(memory.Direct);
        Flags.Put(_state, 0);
        _blocks = new BlockCache();
        var handlers = new HandlerTable();
        _builder = new BlockBuilder(mode, this, memory, new Translator(mode, isShadowed: memory.Direct.Shadow != null, handlers));
        _joiner = new BlockJoiner(handlers);
        ForgetJumps();
    }

    /// <summary>Which machine it is.</summary>
    public X86Mode Mode { get; }

    /// <summary>The instruction that runs next.</summary>
    public ulong Rip
    {
        get => _state->Rip;
        set => _state->Rip = Cut(value);
    }

    /// <summary>RFLAGS.</summary>
    public ulong Rflags
    {
        get => Flags.Get(_state);
        set => Flags.Put(_state, value);
    }

    /// <summary>The interrupt flag. The core itself takes no interrupts: its owner does, between two runs.</summary>
    public bool InterruptsEnabled
    {
        get => (_state->SystemFlags & X86.Rflags.Interrupt) != 0;
        set => _state->SystemFlags = value ? _state->SystemFlags | X86.Rflags.Interrupt : _state->SystemFlags & ~X86.Rflags.Interrupt;
    }

    /// <summary>Base of the FS segment.</summary>
    public ulong FsBase
    {
        get => _state->FsBase;
        set => _state->FsBase = Cut(value);
    }

    /// <summary>Base of the GS segment.</summary>
    public ulong GsBase
    {
        get => _state->GsBase;
        set => _state->GsBase = Cut(value);
    }

    /// <summary>Instructions of the last run's budget that were not executed. A repeated string instruction costs one an element.</summary>
    public long BudgetLeft => CpuState.Budget(_state);

    /// <summary>How many strides of a thousand instructions end in front of a block before its operations are compiled as one;
    /// 0 does it with every block when it is decoded.</summary>
    public int JoinAfter { get; init; } = 256;

    internal IX86Platform Platform { get; }

    /// <summary>A general register; on i386 its upper half is 0.</summary>
    public ulong this[X86Register register]
    {
        get => *CpuState.Register(_state, Existing(register));
        set => *CpuState.Register(_state, Existing(register)) = Cut(value);
    }

    /// <summary>Executes instructions from <see cref="Rip"/> on.</summary>
    /// <param name="budget">How many at most; the run ends after exactly that many.</param>
    /// <returns>Why it ended. Another run continues where this one left off.</returns>
    public X86Exit Run(long budget)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_running)
            throw new InvalidOperationException("the core is running");
        _running = true;
        _state->Stride = 0;
        _state->Reserve = Math.Max(budget, 0);
        try
        {
            Block* first = Find(_state->Rip);
            Follow(first != null ? first : AfterOverflow());
        }
        finally
        {
            _running = false;
        }

        return _exit;
    }

    /// <summary>Makes a run end, within a thousand instructions or so, from whatever thread.</summary>
    public void RequestAttention() => Volatile.Write(ref _state->Attention, 1);

    /// <summary>Frees the core.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _blocks.Dispose();
        NativeMemory.Free(_state->Jumps);
        NativeMemory.AlignedFree(_state);
    }

    // The loop of the interpreter: a block's first handler jumps to the second and so on, the last to the next block's first one,
    // until the stride is used up. A block that is not known yet comes back too.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Follow(Block* block)
    {
        CpuState* s = _state;
        while (block != null)
        {
            if (s->Attention != 0)
            {
                s->Attention = 0;
                Leave(block->Rip, X86ExitKind.Attention);
                return;
            }
            if (s->Stride < block->Count && ++block->Seen == JoinAfter)
                _joiner.Join(block);
            long budget = CpuState.Budget(s);
            s->Stride = Math.Min(budget, LongestStride);
            s->Reserve = budget - s->Stride;
            if (s->Stride < block->Count)
                block = Affordable(block);
            if (block != null)
                block = Branch.Enter(block, s, this);
            if (block == null)
                block = AfterOverflow();
        }
    }

    // The budget does not cover a whole block: the part it does cover.
    private Block* Affordable(Block* block)
    {
        if (_state->Stride == 0)
        {
            Leave(block->Rip, X86ExitKind.Budget);
            return null;
        }
        return _builder.Build(block->Rip, (int)_state->Stride, _blocks.Scratch());
    }

    private void Leave(ulong rip, X86ExitKind kind)
    {
        _state->Rip = rip;
        _exit = new X86Exit(kind, rip);
    }

    private ulong Cut(ulong value) => Mode == X86Mode.I386 ? (uint)value : value;

    private X86Register Existing(X86Register register)
    {
        if ((uint)register >= (Mode == X86Mode.I386 ? 8u : 16u))
            throw new ArgumentOutOfRangeException(nameof(register), register, "there is no such register");
        return register;
    }
}
