using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>How mm reaches simulated memory: kernel virtual addresses to host pointers, words in the profile's size.</summary>
/// <remarks>Two linear maps lead to RAM: the direct map, and on 64-bit profiles the kernel image's own. Addresses that were
/// read back from simulated memory are hostile and pass <see cref="TryHost"/>; the others came from mm itself.</remarks>
internal sealed unsafe class KernelMap
{
    private readonly byte* _ram;
    private readonly ulong _base, _size, _imageBase, _imageStart, _imageEnd;
    private readonly bool _wide;

    public KernelMap(PhysicalMemory ram, HardwareProfile profile, AddressSpaceLayout layout)
    {
        _ram = ram.Base;
        _base = layout.DirectMapBase;
        _size = layout.DirectMapSize;
        _imageBase = layout.KernelMapBase;
        _imageStart = layout.KernelMapBase + profile.KernelImage.Start;
        _imageEnd = layout.KernelMapBase + profile.KernelImage.End;
        _wide = profile.WordSize == 64;
        Word = profile.WordBytes;
    }

    /// <summary>Bytes in a pointer.</summary>
    public int Word { get; }

    /// <summary>Host address of physical address 0.</summary>
    public byte* Ram => _ram;

    /// <summary>Virtual address of physical address 0.</summary>
    public ulong Base => _base;

    /// <summary>Bytes the direct map shows.</summary>
    public ulong Size => _size;

    /// <summary>Direct-map address of a physical one in low memory.</summary>
    public ulong VirtualOf(ulong physical) => _base + physical;

    /// <summary>Host address of a direct-map address that mm itself made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Host(ulong address) => _ram + (address - _base);

    /// <summary>Checks an address that anybody may have written.</summary>
    /// <returns>False when the bytes do not all lie in one linear map, or the address is not aligned to a word.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryHost(ulong address, ulong bytes, out byte* host)
    {
        ulong offset = address - _base;
        host = _ram + offset;
        return (offset < _size && bytes <= _size - offset && (address & (uint)(Word - 1)) == 0)
            || TryImage(address, bytes, out host);
    }

    /// <summary>Reads a pointer-sized field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadWord(byte* at) => _wide ? *(ulong*)at : *(uint*)at;

    /// <summary>Writes a pointer-sized field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteWord(byte* at, ulong value)
    {
        if (_wide)
            *(ulong*)at = value;
        else
            *(uint*)at = (uint)value;
    }

    /// <summary>Physical address behind the kernel image's own mapping.</summary>
    public bool TryImage(ulong address, out PhysicalAddress physical)
    {
        physical = new PhysicalAddress(address - _imageBase);
        return address >= _imageStart && address < _imageEnd;
    }

    private bool TryImage(ulong address, ulong bytes, out byte* host)
    {
        host = _ram + (address - _imageBase);
        return address >= _imageStart && address < _imageEnd && bytes <= _imageEnd - address
            && (address & (uint)(Word - 1)) == 0;
    }
}
