using System.Buffers.Binary;

namespace MiniKernel.Hal.X86;

/// <summary>Reads the arguments of a function one after the other, as a C function with varying arguments does.</summary>
/// <remarks>To be made where the function has just been called: the return address is on top of the stack.</remarks>
public struct ArgumentReader
{
    private readonly X86Core _core;
    private readonly ReadOnlyMemory<X86Register> _registers;
    private int _registersUsed;
    private ulong _stack;

    /// <summary>The arguments of the function <paramref name="core"/> has just called.</summary>
    public ArgumentReader(X86Core core, CallingConvention convention)
    {
        _core = core;
        _registers = Conventions.ArgumentRegisters(convention);
        _stack = core[X86Register.Rsp] + (ulong)core.WordBytes;
    }

    /// <summary>An argument of a machine word or less: a pointer, a long, an int. What lies above a narrower argument is undefined.</summary>
    /// <returns>False when it should lie on the stack, and there is none.</returns>
    public bool TryNextWord(out ulong value)
    {
        if (_registersUsed < _registers.Length)
        {
            value = _core[_registers.Span[_registersUsed++]];
            return true;
        }
        return TryNextOnStack(_core.WordBytes, out value);
    }

    /// <summary>A long long. On i386 it takes two registers, or the stack when there are not two left; then no further argument goes into registers.</summary>
    /// <returns>False when it should lie on the stack, and there is none.</returns>
    public bool TryNextLong(out ulong value)
    {
        if (_core.WordBytes == 8)
            return TryNextWord(out value);
        if (_registers.Length - _registersUsed < 2)
        {
            _registersUsed = _registers.Length;
            return TryNextOnStack(8, out value);
        }
        bool isThere = TryNextWord(out ulong low) & TryNextWord(out ulong high);
        value = (high << 32) | low;
        return isThere;
    }

    private bool TryNextOnStack(int bytes, out ulong value)
    {
        Span<byte> buffer = stackalloc byte[8];
        bool isThere = _core.TryRead(_stack, buffer[..bytes]);
        value = BinaryPrimitives.ReadUInt64LittleEndian(buffer);
        _stack += (ulong)bytes;
        return isThere;
    }
}
