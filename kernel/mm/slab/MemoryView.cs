using System.Runtime.InteropServices;

namespace MiniKernel.Mm;

/// <summary>Bytes in simulated memory that show a host-side truth, with a copy of what was last written there.</summary>
/// <remarks>The slow path compares before it trusts and writes after it changed something; a difference means that
/// somebody wrote over mm's memory. Native copy, so that no slow path allocates on the managed heap.</remarks>
internal sealed unsafe class MemoryView : IDisposable
{
    private byte* _copy;

    public MemoryView(ulong address, byte* host, int bytes)
    {
        Address = address;
        Host = host;
        Bytes = bytes;
        _copy = (byte*)NativeMemory.AllocZeroed((nuint)bytes);
        new Span<byte>(host, bytes).CopyTo(new Span<byte>(_copy, bytes));
    }

    /// <summary>Kernel virtual address of the first byte.</summary>
    public ulong Address { get; }

    /// <summary>Where the host sees it.</summary>
    public byte* Host { get; }

    /// <summary>Bytes shown.</summary>
    public int Bytes { get; }

    /// <summary>The copy: fields are changed here, then published.</summary>
    public byte* Copy => _copy;

    /// <summary>Writes a stretch of the copy to simulated memory.</summary>
    public void Publish(int offset, int bytes) =>
        new ReadOnlySpan<byte>(_copy + offset, bytes).CopyTo(new Span<byte>(Host + offset, bytes));

    /// <summary>Writes all of the copy to simulated memory.</summary>
    public void Publish() => Publish(0, Bytes);

    /// <summary>True when simulated memory still holds what was last written.</summary>
    public bool IsIntact => new ReadOnlySpan<byte>(Host, Bytes).SequenceEqual(new ReadOnlySpan<byte>(_copy, Bytes));

    /// <summary>Offset of the first byte that differs; <see cref="Bytes"/> when none does.</summary>
    public int FirstDifference() =>
        new ReadOnlySpan<byte>(Host, Bytes).CommonPrefixLength(new ReadOnlySpan<byte>(_copy, Bytes));

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_copy);
        _copy = null;
    }
}
