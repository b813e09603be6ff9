using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Arguments behind a va_list: on i386 a pointer into the stack; on x86-64 a record of the registers that are left, where
/// they were saved, and the stack (System V ABI, "The Register Save Area").</summary>
internal sealed class CVarArguments : ICpuArguments
{
    private const ulong RegisterBytes = 48;                 // six of 8 bytes
    private readonly CRuntime _runtime;
    private readonly ulong _saved;
    private ulong _usedRegisters, _stack;

    /// <summary>Begins at a list.</summary>
    /// <param name="runtime">Reads memory.</param>
    /// <param name="list">The list as a function is given it.</param>
    public CVarArguments(CRuntime runtime, VirtualAddress list)
    {
        _runtime = runtime;
        (_usedRegisters, _stack) = (RegisterBytes, list.Value);
        if (runtime.WordBytes == 4)
            return;
        runtime.TryReadWord(list.Value, out _usedRegisters);
        runtime.TryReadWord(list.Value + 8, out _stack);
        runtime.TryReadWord(list.Value + 16, out _saved);
        _usedRegisters = (uint)_usedRegisters;
    }

    /// <inheritdoc/>
    public bool TryNextWord(out ulong value)
    {
        if (_usedRegisters < RegisterBytes)
        {
            _usedRegisters += 8;
            return _runtime.TryReadWord(_saved + _usedRegisters - 8, out value);
        }
        _stack += (ulong)_runtime.WordBytes;
        return _runtime.TryReadWord(_stack - (ulong)_runtime.WordBytes, out value);
    }

    /// <inheritdoc/>
    public bool TryNextLong(out ulong value)
    {
        if (_runtime.WordBytes == 8)
            return TryNextWord(out value);
        bool isThere = TryNextWord(out ulong low) & TryNextWord(out ulong high);
        value = (high << 32) | low;
        return isThere;
    }
}
