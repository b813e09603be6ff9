using System.Text;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>Compares what two CPUs made of a case.</summary>
internal static unsafe class Comparison
{
    private const uint PageFault = 14, Present = 1, UserMode = 4;
    private const ulong KernelHalf = 0xffff_8000_0000_0000;
    private const ulong Direction = 0x400;

    /// <summary>Says where they differ; null when they do not.</summary>
    public static string? Differences(in OracleCase what, in OracleAnswer host, in OracleAnswer emulated, Undefined undefined)
    {
        var text = new StringBuilder();
        if (host.Vector != emulated.Vector)
            text.Append($" vector {host.Vector}/{emulated.Vector}");
        if (host.After.Rip != emulated.After.Rip)
            text.Append($" rip {host.After.Rip:x}/{emulated.After.Rip:x}");
        if (host.Vector == PageFault && (ErrorOf(host) != ErrorOf(emulated) || host.Address != emulated.Address))
            text.Append($" fault {ErrorOf(host):x} at {host.Address:x}/{ErrorOf(emulated):x} at {emulated.Address:x}");
        if (!undefined.Everything)
            CompareStates(text, what, host.After, emulated.After, undefined, Compared(host, undefined));
        return text.Length == 0 ? null : $"{Describe(what)}: host/emulated{text}";
    }

    /// <summary>A number that two answers share when they do not differ.</summary>
    public static uint Fingerprint(in OracleCase what, OracleAnswer answer, Undefined undefined)
    {
        ulong hash = 0xcbf2_9ce4_8422_2325;                   // FNV-1a, a word at a time
        Mix(ref hash, answer.Vector);
        Mix(ref hash, answer.After.Rip);
        Mix(ref hash, answer.Vector == PageFault ? answer.Address + ErrorOf(answer) : 0);
        if (undefined.Everything)
            return (uint)(hash >> 32);
        for (int i = 0; i < Registers(what); i++)
            Mix(ref hash, i == undefined.Register ? 0 : Cut(what, answer.After.Registers[i]));
        Mix(ref hash, answer.After.Flags & Compared(answer, undefined));
        for (int i = 0; i < MachineState.WindowBytes / 8; i++)
            Mix(ref hash, ((ulong*)answer.After.Window)[i]);
        for (int i = 0; i < MachineState.TailBytes / 8; i++)
            Mix(ref hash, ((ulong*)answer.After.Tail)[i]);
        return (uint)(hash >> 32);
    }

    /// <summary>The code of a case, for people.</summary>
    public static string Describe(in OracleCase what)
    {
        fixed (byte* code = what.Code)
        {
            var lines = new Disassembler((int)what.Bits, DisassemblySyntax.Intel).Disassemble(new(code, (int)what.Length), OracleLayout.CodeAt);
            return $"{what.Bits}-bit {string.Join("; ", lines.Select(line => line.Text))} [{Convert.ToHexString(new ReadOnlySpan<byte>(code, (int)what.Length))}]";
        }
    }

    private static void CompareStates(StringBuilder text, in OracleCase what, in MachineState host, in MachineState emulated, Undefined undefined, ulong flags)
    {
        for (int i = 0; i < Registers(what); i++)
        {
            if (i != undefined.Register && Cut(what, host.Registers[i]) != emulated.Registers[i])
                text.Append($" {(X86Register)i} {what.Before.Registers[i]:x}->{host.Registers[i]:x}/{emulated.Registers[i]:x}");
        }
        if ((host.Flags & flags) != (emulated.Flags & flags))
            text.Append($" flags {what.Before.Flags & flags:x}->{host.Flags & flags:x}/{emulated.Flags & flags:x}");
        fixed (byte* before = what.Before.Window, one = host.Window, other = emulated.Window)
            CompareMemory(text, "window", before, one, other, MachineState.WindowBytes);
        fixed (byte* before = what.Before.Tail, one = host.Tail, other = emulated.Tail)
            CompareMemory(text, "tail", before, one, other, MachineState.TailBytes);
    }

    private static void CompareMemory(StringBuilder text, string name, byte* before, byte* host, byte* emulated, int length)
    {
        for (int i = 0; i < length; i++)
        {
            if (host[i] != emulated[i])
                text.Append($" {name}[{i}] {before[i]:x2}->{host[i]:x2}/{emulated[i]:x2}");
        }
    }

    // The host's code runs in user mode, where Linux says of every kernel address that it is present.
    private static uint ErrorOf(in OracleAnswer answer) => answer.Error & ~(answer.Address >= KernelHalf ? UserMode | Present : UserMode);

    private static int Registers(in OracleCase what) => what.Bits == 32 ? 8 : 16;

    private static ulong Cut(in OracleCase what, ulong value) => what.Bits == 32 ? (uint)value : value;

    private static ulong Compared(in OracleAnswer answer, Undefined undefined) =>
        (Undefinedness.Arithmetic | Direction) & ~(answer.Vector == X86Vector.Breakpoint ? undefined.Flags : undefined.FlagsOfFault);

    private static void Mix(ref ulong hash, ulong value) => hash = System.Numerics.BitOperations.RotateLeft((hash ^ value) * 0x0000_0100_0000_01b3, 23);
}
