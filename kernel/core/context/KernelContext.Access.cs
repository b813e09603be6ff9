using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <content>Loads and stores, checked: what is mapped nowhere is the oops a real CPU would take. They are no kernel calls
/// and cost no virtual time. Outside the direct map (vmalloc, kmap) each page is looked up.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>Loads a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Read<T>(
        VirtualAddress p, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        where T : unmanaged
        => _cpu.TryRead(p, out T value) ? value : _kernel.Access.Read<T>(_cpu, p, file, line, member);

    /// <summary>Stores a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<T>(
        VirtualAddress p, T value, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        where T : unmanaged
    {
        if (!_cpu.TryWrite(p, value))
            _kernel.Access.Write(_cpu, p, value, file, line, member);
    }

    /// <summary>Loads an element of an array.</summary>
    public T Read<T>(
        KernelPtr<T> array, ulong index = 0, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        where T : unmanaged
        => Read<T>(array[index], file, line, member);

    /// <summary>Stores an element of an array.</summary>
    public void Write<T>(
        KernelPtr<T> array, ulong index, T value, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        where T : unmanaged
        => Write(array[index], value, file, line, member);

    /// <summary>Loads a pointer of the profile's width.</summary>
    public VirtualAddress ReadPointer(
        VirtualAddress p, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();      // walking a list that is a ring, by recursion
        return new(WordBytes == 8 ? Read<ulong>(p, file, line, member) : Read<uint>(p, file, line, member));
    }

    /// <summary>Stores a pointer of the profile's width.</summary>
    public void WritePointer(
        VirtualAddress p, VirtualAddress value, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (WordBytes == 8)
            Write(p, value.Value, file, line, member);
        else
            Write(p, (uint)value.Value, file, line, member);
    }

    /// <summary>Copies bytes of the host (user space) to kernel memory: copy_from_user.</summary>
    public void CopyTo(
        VirtualAddress destination, ReadOnlySpan<byte> source, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (_cpu.TryGetPlainSpan(destination, (ulong)source.Length, out Span<byte> bytes))
            source.CopyTo(bytes);
        else
            _kernel.Access.CopyTo(_cpu, destination, source, file, line, member);
    }

    /// <summary>Copies kernel memory to the host (user space): copy_to_user.</summary>
    public void CopyFrom(
        VirtualAddress source, Span<byte> destination, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (_cpu.TryGetPlainSpan(source, (ulong)destination.Length, out Span<byte> bytes))
            bytes.CopyTo(destination);
        else
            _kernel.Access.CopyFrom(_cpu, source, destination, file, line, member);
    }

    /// <summary>Copies kernel memory to kernel memory, overlapping or not: memmove.</summary>
    public void Memmove(
        VirtualAddress destination, VirtualAddress source, ulong length, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (_cpu.TryGetPlainSpan(source, length, out Span<byte> from) && _cpu.TryGetPlainSpan(destination, length, out Span<byte> to))
            from.CopyTo(to);
        else
            _kernel.Access.Memmove(_cpu, destination, source, length, file, line, member);
    }

    /// <summary>Fills kernel memory.</summary>
    public void Memset(
        VirtualAddress p, byte value, ulong length, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (_cpu.TryGetPlainSpan(p, length, out Span<byte> bytes))
            bytes.Fill(value);
        else
            _kernel.Access.Memset(_cpu, p, value, length, file, line, member);
    }

    /// <summary>crc32_le of host bytes, continued from <paramref name="crc"/>; 0 begins.</summary>
    public uint Crc32(uint crc, ReadOnlySpan<byte> bytes) => Hal.Crc32.Append(crc, bytes);
}
