using Iced.Intel;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>Puts instructions into a case's code.</summary>
internal sealed unsafe class CaseEncoder(X86Mode mode)
{
    private readonly List<byte> _bytes = [];

    /// <summary>Appends an instruction.</summary>
    /// <returns>False when it cannot be encoded, or does not fit.</returns>
    public bool TryEncode(ref Instruction instruction, ref OracleCase into)
    {
        _bytes.Clear();
        var encoder = Encoder.Create((int)mode, new Writer(_bytes));
        ulong rip = OracleLayout.CodeAt + into.Length;
        if (!encoder.TryEncode(instruction, rip, out _, out _) || into.Length + _bytes.Count > OracleCase.CodeBytes - 1)
            return false;
        foreach (byte value in _bytes)
            into.Code[into.Length++] = value;
        var decoder = Decoder.Create((int)mode, new ByteArrayCodeReader([.. _bytes]), rip);
        instruction = decoder.Decode();           // with the flags' tables, which go by the decoded form
        return true;
    }

    private sealed class Writer(List<byte> bytes) : CodeWriter
    {
        public override void WriteByte(byte value) => bytes.Add(value);
    }
}
