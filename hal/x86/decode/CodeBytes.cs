using Iced.Intel;

namespace MiniKernel.Hal.X86;

/// <summary>Lets the decoder fetch bytes from executable memory.</summary>
internal sealed unsafe class CodeBytes(X86Mode mode, IX86Memory memory) : CodeReader
{
    private MemoryExtent _extent;

    /// <summary>Address of the next byte.</summary>
    public ulong Address { get; private set; }

    /// <summary>Goes elsewhere. What was known of memory is forgotten.</summary>
    public void MoveTo(ulong address)
    {
        Address = address;
        _extent = default;
    }

    /// <inheritdoc/>
    public override int ReadByte()
    {
        if (!_extent.Contains(Address) && !memory.TryFind(Address, MemoryAccess.Execute, out _extent))
        {
            _extent = default;
            return -1;
        }
        byte value = _extent.Host[Address - _extent.Start];
        Address = mode == X86Mode.I386 ? (uint)(Address + 1) : Address + 1;
        return value;
    }
}
