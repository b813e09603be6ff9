using System.Runtime.InteropServices;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>Registers and memory before or after a case, as host.c lays them out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MachineState
{
    public const int WindowBytes = 128, TailBytes = 64;
    public fixed ulong Registers[16];
    public ulong Rip, Flags;
    public fixed byte Window[WindowBytes];
    public fixed byte Tail[TailBytes];
}

/// <summary>Code, and what the machine looks like before it runs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OracleCase
{
    public const int CodeBytes = 64;
    public fixed byte Code[CodeBytes];
    public uint Length, Bits;
    public MachineState Before;
}

/// <summary>How it ended: the exception (3 when it ran to its end), and what the machine looks like then.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OracleAnswer
{
    public uint Vector, Error;
    public ulong Address;
    public MachineState After;
}

/// <summary>What of an answer the manuals leave undefined.</summary>
/// <param name="Flags">Flags that may be anything.</param>
/// <param name="FlagsOfFault">The same when it ended in a fault: before its last instruction.</param>
/// <param name="Register">A register that may be, or -1.</param>
/// <param name="Everything">True when nothing but the way it ended can be compared.</param>
internal readonly record struct Undefined(ulong Flags, ulong FlagsOfFault = 0, int Register = -1, bool Everything = false);

/// <summary>Where things lie: the same addresses on the host and in the emulator, in reach of 32-bit code.</summary>
internal static class OracleLayout
{
    public const ulong Code = 0x1000_0000, CodeAt = Code + 2048, Ram = 0x2000_0000, Page = 4096;
    public const ulong Window = Ram + Page - 64, ReadOnly = Ram + (2 * Page), Tail = ReadOnly - 64, Nothing = ReadOnly + Page;
    public const ulong GsBase = Ram + Page - 256;
}
