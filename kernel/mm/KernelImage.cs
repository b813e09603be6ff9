using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>The kernel's own memory as mm needs it: statics at the start of .data, then the names of caches, and
/// addresses in .text for functions that live on the host.</summary>
/// <remarks>The image's first half stands for .text and .rodata, the second for .data, .bss and .init.</remarks>
internal sealed unsafe class KernelImage
{
    private const uint FunctionStride = 16;
    private readonly Dictionary<string, ulong> _strings = [];
    private readonly Dictionary<string, ulong> _functions = [];
    private readonly Lock _gate = new();        // a debugged cache asks from any CPU
    private readonly PhysicalMemory _ram;
    private readonly ulong _mapBase, _dataStart, _end;
    private ulong _nextData, _nextFunction;

    public KernelImage(PhysicalMemory ram, HardwareProfile profile, AddressSpaceLayout layout)
    {
        _ram = ram;
        _mapBase = layout.KernelMapBase;
        _nextFunction = profile.KernelImage.Start;
        _dataStart = (profile.KernelImage.Start + (profile.KernelImage.Length / 2) + 63) & ~63UL;
        _nextData = _dataStart;
        _end = profile.KernelImage.End;
        ram.Commit(new PhysicalAddress(profile.KernelImage.Start), profile.KernelImage.Length);
    }

    /// <summary>Takes zeroed bytes of .data.</summary>
    /// <returns>Their kernel virtual address.</returns>
    public ulong TakeStatic(int bytes)
    {
        ulong at = _nextData;
        _nextData += ((ulong)bytes + 7) & ~7UL;
        return _mapBase + at;
    }

    /// <summary>Address of a name: its bytes are there to be dumped, as long as the image has room.</summary>
    public ulong AddressOfString(string text)
    {
        using Lock.Scope held = _gate.EnterScope();
        if (_strings.TryGetValue(text, out ulong known))
            return known;
        int bytes = Encoding.UTF8.GetByteCount(text) + 1;
        if (_nextData + (ulong)bytes > _end)
            return _mapBase + _end - 1;             // the image's last byte is 0: an empty name
        ulong at = _nextData;
        Encoding.UTF8.GetBytes(text, _ram.Slice(new PhysicalAddress(at), bytes));
        _nextData += (ulong)bytes;
        return _strings[text] = _mapBase + at;
    }

    /// <summary>Address of a function that is really host code: unique, in .text.</summary>
    public ulong AddressOfFunction(string name)
    {
        using Lock.Scope held = _gate.EnterScope();
        if (_functions.TryGetValue(name, out ulong known))
            return known;
        ulong at = _nextFunction;
        if (at + FunctionStride < _dataStart)
            _nextFunction += FunctionStride;
        return _functions[name] = _mapBase + at;
    }

    /// <summary>The function or the text that an address lies in, with the offset; null when none does.</summary>
    public string? SymbolAt(ulong address)
    {
        using Lock.Scope held = _gate.EnterScope();
        foreach ((string name, ulong at) in _functions)
        {
            if (address - at < FunctionStride)
                return $"{name}+0x{address - at:x}";
        }
        foreach ((string text, ulong at) in _strings)
        {
            if (address - at <= (ulong)Encoding.UTF8.GetByteCount(text))
                return $"\"{text}\"+0x{address - at:x}";
        }
        return null;
    }

    /// <summary>Name of the function <see cref="AddressOfFunction"/> placed there, or null.</summary>
    public string? FunctionAt(ulong address)
    {
        using Lock.Scope held = _gate.EnterScope();
        foreach ((string name, ulong at) in _functions)
        {
            if (at == address)
                return name;
        }
        return null;
    }
}
