using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>What C code sees of its callers' memory: the buffers of the system calls that are under way.</summary>
/// <remarks>They lie below the kernel, where it maps nothing: only copy_to_user and its kin reach them, and a driver that goes there
/// itself faults. (On x86 without SMAP it would not: a listed difference.) Between buffers is a gap, so that a copy beyond the end of
/// one ends there.</remarks>
internal sealed class CUserSpace
{
    private const ulong Gap = 4096;
    private readonly ulong _first;
    private readonly SortedList<ulong, byte[]> _buffers = [];

    /// <summary>No buffers.</summary>
    public CUserSpace(HardwareProfile profile)
    {
        _first = profile.WordSize == 64 ? 0x0060_2000ul : 0x0804_b000ul;
        End = profile.WordSize == 64 ? 0x0000_7fff_ffff_f000ul : 0xc000_0000;
    }

    /// <summary>TASK_SIZE: first address that is no user's.</summary>
    public ulong End { get; }

    /// <summary>True for an address a user may have.</summary>
    public bool Contains(ulong address) => address < End;

    /// <summary>A system call brings a buffer.</summary>
    /// <returns>Its address.</returns>
    public ulong Map(byte[] bytes)
    {
        ulong address = _first;
        foreach ((ulong start, byte[] taken) in _buffers)
        {
            if (start - address >= (ulong)bytes.Length + Gap)
                break;
            address = (start + (ulong)taken.Length + (2 * Gap) - 1) & ~(Gap - 1);
        }
        _buffers.Add(address, bytes);
        return address;
    }

    /// <summary>It is over.</summary>
    public void Unmap(ulong address) => _buffers.Remove(address);

    /// <summary>User memory from an address on: as many bytes as there are, up to <paramref name="length"/>.</summary>
    public Span<byte> At(ulong address, ulong length)
    {
        foreach ((ulong start, byte[] bytes) in _buffers)
        {
            ulong offset = address - start;
            if (offset < (ulong)bytes.Length)
                return bytes.AsSpan((int)offset, (int)Math.Min(length, (ulong)bytes.Length - offset));
        }
        return [];
    }
}
