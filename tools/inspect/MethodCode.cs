using System.Collections.Immutable;
using System.Reflection;
using MiniKernel.Hal.X86;

namespace MiniKernel.Inspect;

/// <summary>The machine code of a method, copied out of this process.</summary>
/// <param name="Method">Whose it is.</param>
/// <param name="Address">Host address of the first byte.</param>
/// <param name="Tier">How it was compiled.</param>
/// <param name="Bytes">The code.</param>
/// <param name="Instructions">The same, decoded, in Intel's syntax.</param>
public sealed record MethodCode(
    MethodBase Method, ulong Address, JitTier Tier, ImmutableArray<byte> Bytes, IReadOnlyList<DisassembledInstruction> Instructions)
{
    /// <summary>A listing: a line per instruction, addresses counted from the method's start.</summary>
    public string Listing =>
        $"{Method.DeclaringType?.Name}.{Method.Name}, {Tier}, {Bytes.Length} bytes\n"
        + string.Join('\n', Instructions.Select(line => $"{line.Address - Address,6:x}: {line.Text}"));
}
