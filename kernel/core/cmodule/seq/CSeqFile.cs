using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>A struct seq_file at work: its members, its buffer, its driver's functions.</summary>
/// <remarks>What it allocates is the driver's, so a driver that forgets seq_release() is told what it leaks.</remarks>
internal sealed class CSeqFile
{
    private const ulong LastAddress = 4095;       // MAX_ERRNO: pointers above are errors
    private readonly CpuState _cpu;
    private readonly CModule _module;
    private readonly VirtualAddress _at;
    private readonly CallSite _site;

    /// <summary>The seq_file at an address.</summary>
    public CSeqFile(ref CCall c, VirtualAddress at)
    {
        (Runtime, _cpu, _module, _at, _site) = (c.Runtime, c.Cpu, c.Module, at, c.Site);
        Members = Runtime.Structs.SeqFile;
    }

    /// <summary>Where its members lie.</summary>
    public SeqFileStruct Members { get; }

    /// <summary>What runs C code.</summary>
    public CRuntime Runtime { get; }

    /// <summary>Bytes printed and not read yet.</summary>
    public ulong Count
    {
        get => this[Members.Count];
        set => this[Members.Count] = value;
    }

    /// <summary>Its struct mutex.</summary>
    public VirtualAddress Lock => _at + (ulong)Members.Lock.Offset;

    /// <summary>Bytes of the buffer.</summary>
    public ulong Size => this[Members.Size];

    /// <summary>The buffer; null while there is none.</summary>
    public VirtualAddress Buffer => new(this[Members.Buffer]);

    /// <summary>seq_has_overflowed(): what was printed last did not fit.</summary>
    public bool HasOverflowed => Count == Size;

    private KernelContext Kernel => new(Runtime.Kernel, _cpu.Mm);

    /// <summary>A member.</summary>
    public ulong this[CMember member]
    {
        get => Kernel.Get(_at, member, _site);
        set => Kernel.Set(_at, member, value, _site);
    }

    /// <summary>True for a pointer that is an error, or NULL: the last entry was before.</summary>
    public bool IsEnd(ulong entry, out long error)
    {
        ulong top = Runtime.WordBytes == 8 ? ulong.MaxValue : uint.MaxValue;
        error = entry >= top - LastAddress + 1 ? -(long)(top - entry + 1) : 0;
        return entry == 0 || error != 0;
    }

    /// <summary>->start.</summary>
    public ulong Start() => CallEntry(Functions.Start, IndexAddress);

    /// <summary>->next; an index it forgot to move is moved.</summary>
    public ulong Next(ulong entry)
    {
        ulong before = this[Members.Index];
        ulong next = CallEntry(Functions.Next, entry, IndexAddress);
        if (this[Members.Index] == before)
            this[Members.Index] = before + 1;
        return next;
    }

    /// <summary>->show. Negative: it failed; 1: this entry is not printed.</summary>
    public int Show(ulong entry) => (int)CallEntry(Functions.Show, entry);

    /// <summary>->stop.</summary>
    public void Stop(ulong entry) => CallEntry(Functions.Stop, entry);

    /// <summary>Takes a buffer in place of the one there is.</summary>
    public bool TryTakeBuffer(ulong bytes)
    {
        FreeBuffer();
        (this[Members.Count], this[Members.Size]) = (0, bytes);
        VirtualAddress buffer = Kernel.Kmalloc(bytes, GfpFlags.Kernel | GfpFlags.NoWarn, _site.File, _site.Line, _site.Member);
        if (buffer.IsNull && bytes > Kernel.PageSize)
            buffer = Kernel.Vmalloc(bytes, _site.File, _site.Line, _site.Member);
        this[Members.Buffer] = buffer.Value;
        return !buffer.IsNull;
    }

    /// <summary>Gives the buffer back.</summary>
    public void FreeBuffer()
    {
        VirtualAddress buffer = Buffer;
        if (Runtime.Kernel.Mm.TryFindVmallocArea(buffer, out _, out _))
            Kernel.Vfree(buffer, _site.File, _site.Line, _site.Member);
        else
            Kernel.Kfree(buffer, _site.File, _site.Line, _site.Member);
        this[Members.Buffer] = 0;
    }

    /// <summary>Prints bytes; too many for what is left of the buffer make it full.</summary>
    /// <returns>False when they did not fit.</returns>
    public bool TryPrint(ReadOnlySpan<byte> bytes)
    {
        (ulong count, ulong size) = (Count, Size);
        if (count < size && (ulong)bytes.Length < size - count)
        {
            Kernel.CopyTo(Buffer + count, bytes, _site.File, _site.Line, _site.Member);
            Count = count + (ulong)bytes.Length;
            return true;
        }
        Count = size;
        return false;
    }

    /// <summary>The same with bytes of the kernel's memory, as many as the driver says.</summary>
    public bool TryCopy(VirtualAddress from, ulong bytes)
    {
        (ulong count, ulong size) = (Count, Size);
        if (count < size && bytes < size - count)
        {
            Kernel.Memmove(Buffer + count, from, bytes, _site.File, _site.Line, _site.Member);
            Count = count + bytes;
            return true;
        }
        Count = size;
        return false;
    }

    /// <summary>Hands printed bytes to the reader.</summary>
    /// <returns>False when the reader's buffer is no buffer.</returns>
    public bool TryHandOver(ulong user, ulong bytes)
    {
        (ulong from, ulong count) = (this[Members.From], Count);
        Span<byte> there = Runtime.User.At(user, bytes);
        if ((ulong)there.Length < bytes)
            return false;
        Kernel.CopyFrom(Buffer + from, there, _site.File, _site.Line, _site.Member);
        (this[Members.From], Count) = (from + bytes, count - bytes);
        return true;
    }

    private ulong IndexAddress => (_at + (ulong)Members.Index.Offset).Value;

    private SeqOperationsStruct Functions => Runtime.Structs.SeqOperations;

    private ulong CallEntry(CMember function, params ReadOnlySpan<ulong> arguments)
    {
        ulong code = Kernel.Get(new VirtualAddress(this[Members.Operations]), function, _site);
        ulong result = Runtime.Call(_cpu, Runtime.ModuleAt(code) ?? _module, code, [_at.Value, .. arguments]);
        return Runtime.WordBytes == 8 ? result : (uint)result;
    }
}
