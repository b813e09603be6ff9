namespace MiniKernel.Hal.X86;

/// <summary>What a string instruction does to one element.</summary>
/// <remarks>They are always patient: a repeated one spends its time in <see cref="StringBlocks"/>.</remarks>
internal unsafe interface IStringOperation
{
    static abstract bool UsesSource { get; }
    static abstract bool UsesDestination { get; }

    /// <summary>Works on one element.</summary>
    /// <returns>False after a fault, which has been reported; nothing has changed then.</returns>
    static abstract bool Step<TWidth>(StringOperands at, ref StringFlags flags, MicroOp* op, CpuState* s, X86Core core) where TWidth : struct, IWidth;

    /// <summary>Works on many elements at once where that is the same.</summary>
    /// <returns>How many; 0 when they have to go one by one.</returns>
    static abstract ulong Many<TWidth>(StringOperands at, ulong count, X86Core core) where TWidth : struct, IWidth;
}

/// <summary>Where an element lies.</summary>
internal readonly record struct StringOperands(ulong Source, ulong Destination);

/// <summary>The last comparison of CMPS or SCAS.</summary>
internal record struct StringFlags(ulong A, ulong B);

/// <summary>When a repetition ends before its count does.</summary>
internal interface IRepeat
{
    /// <summary>True for a REP prefix.</summary>
    static abstract bool Repeats { get; }

    /// <summary>True for CMPS and SCAS.</summary>
    static abstract bool Compares { get; }

    /// <summary>Whether it goes on after two elements were or were not equal.</summary>
    static abstract bool GoesOn(bool equal);
}

internal struct Once : IRepeat
{
    public static bool Repeats => false;
    public static bool Compares => false;
    public static bool GoesOn(bool equal) => false;
}

internal struct OnceCompared : IRepeat
{
    public static bool Repeats => false;
    public static bool Compares => true;
    public static bool GoesOn(bool equal) => false;
}

internal struct Repeated : IRepeat
{
    public static bool Repeats => true;
    public static bool Compares => false;
    public static bool GoesOn(bool equal) => true;
}

internal struct WhileEqual : IRepeat
{
    public static bool Repeats => true;
    public static bool Compares => true;
    public static bool GoesOn(bool equal) => equal;
}

internal struct WhileNotEqual : IRepeat
{
    public static bool Repeats => true;
    public static bool Compares => true;
    public static bool GoesOn(bool equal) => !equal;
}

/// <summary>A string instruction. It ends a block, since a repeated one pays for each element; a fault keeps its progress.</summary>
internal unsafe struct StringInstruction<TOperation, TWidth, TAddress, TRepeat>
    where TOperation : struct, IStringOperation where TWidth : struct, IWidth where TAddress : struct, IWidth where TRepeat : struct, IRepeat
{
    public static Block* Execute(MicroOp* op, CpuState* s, X86Core core)
    {
        ulong* counter = CpuState.Register(s, X86Register.Rcx);
        ulong count = TRepeat.Repeats ? TAddress.Unsigned(*counter) : 1;
        ulong affordable = (ulong)CpuState.Budget(s) + 1, done = 0;    // the block has paid for one
        var flags = new StringFlags();
        bool goesOn = count != 0, faulted = false;
        while (goesOn && done < affordable)
        {
            ulong steps = Advance(Math.Min(count, affordable - done), ref flags, op, s, core);
            faulted = steps == 0;
            if (faulted)
                break;
            done += steps;
            count -= steps;
            if (TRepeat.Repeats)
                TAddress.Write((byte*)counter, count);
            goesOn = count != 0 && TRepeat.GoesOn(flags.A == flags.B);
        }

        if (done > 1)
            CpuState.Pay(s, (long)(done - 1));
        if (faulted)
            return null;
        if (goesOn)
            return core.Stop(op, X86ExitKind.Budget);
        if (TRepeat.Compares && done != 0)
            Flags.Subtract<TWidth>(s, flags.A, flags.B, flags.A - flags.B);
        return Branch.NotTaken(op, s, core);
    }

    // Elements worked on, 0 after a fault.
    private static ulong Advance(ulong count, ref StringFlags flags, MicroOp* op, CpuState* s, X86Core core)
    {
        var at = new StringOperands(
            CpuState.Read(s, op->Segment) + TAddress.Unsigned(s->Registers[(int)X86Register.Rsi]),
            TAddress.Unsigned(s->Registers[(int)X86Register.Rdi]));
        bool backwards = (s->SystemFlags & Rflags.Direction) != 0;
        ulong steps = count > 1 && !backwards ? TOperation.Many<TWidth>(at, count, core) : 0;
        if (steps == 0)
            steps = TOperation.Step<TWidth>(at, ref flags, op, s, core) ? 1UL : 0;
        ulong bytes = steps * (ulong)(TWidth.Bits / 8);
        bytes = backwards ? 0 - bytes : bytes;
        if (TOperation.UsesSource)
            Move(CpuState.Register(s, X86Register.Rsi), bytes);
        if (TOperation.UsesDestination)
            Move(CpuState.Register(s, X86Register.Rdi), bytes);
        return steps;
    }

    private static void Move(ulong* register, ulong bytes) => TAddress.Write((byte*)register, *register + bytes);
}

internal unsafe struct MoveString : IStringOperation
{
    public static bool UsesSource => true;
    public static bool UsesDestination => true;

    public static bool Step<TWidth>(StringOperands at, ref StringFlags flags, MicroOp* op, CpuState* s, X86Core core) where TWidth : struct, IWidth
    {
        byte* from = core.Locate(at.Source, TWidth.Bits / 8, write: false, op);
        byte* to = from == null ? null : core.Locate(at.Destination, TWidth.Bits / 8, write: true, op);
        if (to == null)
            return false;
        TWidth.Store(to, TWidth.Load(from));
        Patient.Finish(to, s, core);
        return true;
    }

    public static ulong Many<TWidth>(StringOperands at, ulong count, X86Core core) where TWidth : struct, IWidth =>
        StringBlocks.Copy(at, count, TWidth.Bits / 8, core);
}

internal unsafe struct StoreString : IStringOperation
{
    public static bool UsesSource => false;
    public static bool UsesDestination => true;

    public static bool Step<TWidth>(StringOperands at, ref StringFlags flags, MicroOp* op, CpuState* s, X86Core core) where TWidth : struct, IWidth
    {
        byte* to = core.Locate(at.Destination, TWidth.Bits / 8, write: true, op);
        if (to == null)
            return false;
        TWidth.Store(to, s->Registers[(int)X86Register.Rax]);
        Patient.Finish(to, s, core);
        return true;
    }

    public static ulong Many<TWidth>(StringOperands at, ulong count, X86Core core) where TWidth : struct, IWidth =>
        StringBlocks.Fill<TWidth>(at.Destination, count, core);
}

internal unsafe struct LoadString : IStringOperation
{
    public static bool UsesSource => true;
    public static bool UsesDestination => false;

    public static bool Step<TWidth>(StringOperands at, ref StringFlags flags, MicroOp* op, CpuState* s, X86Core core) where TWidth : struct, IWidth
    {
        byte* from = core.Locate(at.Source, TWidth.Bits / 8, write: false, op);
        if (from != null)
            TWidth.Write((byte*)s, TWidth.Load(from));
        return from != null;
    }

    public static ulong Many<TWidth>(StringOperands at, ulong count, X86Core core) where TWidth : struct, IWidth => 0;
}

internal unsafe struct ScanString : IStringOperation
{
    public static bool UsesSource => false;
    public static bool UsesDestination => true;

    public static bool Step<TWidth>(StringOperands at, ref StringFlags flags, MicroOp* op, CpuState* s, X86Core core) where TWidth : struct, IWidth
    {
        byte* with = core.Locate(at.Destination, TWidth.Bits / 8, write: false, op);
        if (with != null)
            flags = new StringFlags(TWidth.Load((byte*)s), TWidth.Load(with));
        return with != null;
    }

    public static ulong Many<TWidth>(StringOperands at, ulong count, X86Core core) where TWidth : struct, IWidth => 0;
}

internal unsafe struct CompareString : IStringOperation
{
    public static bool UsesSource => true;
    public static bool UsesDestination => true;

    public static bool Step<TWidth>(StringOperands at, ref StringFlags flags, MicroOp* op, CpuState* s, X86Core core) where TWidth : struct, IWidth
    {
        byte* from = core.Locate(at.Source, TWidth.Bits / 8, write: false, op);
        if (from == null)
            return false;
        ulong a = TWidth.Load(from);
        byte* with = core.Locate(at.Destination, TWidth.Bits / 8, write: false, op);
        if (with != null)
            flags = new StringFlags(a, TWidth.Load(with));
        return with != null;
    }

    public static ulong Many<TWidth>(StringOperands at, ulong count, X86Core core) where TWidth : struct, IWidth => 0;
}

/// <summary>Repeated moves and stores, a stretch at a time.</summary>
internal static unsafe class StringBlocks
{
    private const ulong Most = 1 << 16;                       // bytes: other threads need not wait longer for this one

    /// <summary>REP MOVS upwards. Where the destination begins inside the source, elements are replicated: that goes one by one.</summary>
    public static ulong Copy(StringOperands at, ulong count, int width, X86Core core)
    {
        ulong bytes = Math.Min(count, Most / (ulong)width) * (ulong)width;
        byte* from = core.Stretch(at.Source, write: false, ref bytes), to = core.Stretch(at.Destination, write: true, ref bytes);
        count = bytes / (ulong)width;
        bytes = count * (ulong)width;
        if (count == 0 || (ulong)(to - from) - 1 < bytes - 1)
            return 0;
        Buffer.MemoryCopy(from, to, bytes, bytes);
        return count;
    }

    /// <summary>REP STOS upwards.</summary>
    public static ulong Fill<TWidth>(ulong address, ulong count, X86Core core) where TWidth : struct, IWidth
    {
        int width = TWidth.Bits / 8;
        ulong bytes = Math.Min(count, Most / (ulong)width) * (ulong)width;
        byte* to = core.Stretch(address, write: true, ref bytes);
        count = bytes / (ulong)width;
        ulong value = core[X86Register.Rax];
        for (ulong i = 0; i < count; i++)
            TWidth.Store(to + (i * (ulong)width), value);
        return count;
    }
}
