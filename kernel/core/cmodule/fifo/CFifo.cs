using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>A struct __kfifo at work: in and out count elements for ever, and the ring has a power of two of them.</summary>
/// <remarks>What its members say is the driver's: every byte is reached through checked access.</remarks>
internal sealed class CFifo
{
    private const long BytesAtOnce = 4;           // of a copy, an instruction
    private const ulong MostLengthBytes = 4;
    private readonly CRuntime _runtime;
    private readonly CpuState _cpu;
    private readonly CallSite _site;
    private readonly VirtualAddress _at;
    private readonly KfifoStruct _members;

    /// <summary>The kfifo at an address.</summary>
    public CFifo(ref CCall c, VirtualAddress at)
    {
        (_runtime, _cpu, _site, _at) = (c.Runtime, c.Cpu, c.Site, at);
        _members = _runtime.Structs.Kfifo;
    }

    /// <summary>Elements that ever went in.</summary>
    public uint In
    {
        get => (uint)Kernel.Get(_at, _members.In, _site);
        set => Kernel.Set(_at, _members.In, value, _site);
    }

    /// <summary>Elements that ever came out.</summary>
    public uint Out
    {
        get => (uint)Kernel.Get(_at, _members.Out, _site);
        set => Kernel.Set(_at, _members.Out, value, _site);
    }

    /// <summary>Bytes of an element.</summary>
    public uint ElementBytes => (uint)Kernel.Get(_at, _members.ElementBytes, _site);

    /// <summary>Elements that are in.</summary>
    public uint Length => In - Out;

    /// <summary>Elements that fit in.</summary>
    public uint Room => Size - Length;

    /// <summary>The ring.</summary>
    public VirtualAddress Data => new(Kernel.Get(_at, _members.Data, _site));

    private uint Size => (uint)Kernel.Get(_at, _members.Mask, _site) + 1;

    private KernelContext Kernel => new(_runtime.Kernel, _cpu.Mm);

    /// <summary>Makes it empty, with a ring.</summary>
    /// <param name="data">The ring; null for none.</param>
    /// <param name="size">Elements, a power of two; 0 without a ring.</param>
    /// <param name="elementBytes">Bytes of an element.</param>
    public void Reset(VirtualAddress data, uint size, uint elementBytes)
    {
        (In, Out) = (0, 0);
        Kernel.Set(_at, _members.Data, data.Value, _site);
        Kernel.Set(_at, _members.Mask, size == 0 ? 0 : size - 1, _site);
        Kernel.Set(_at, _members.ElementBytes, elementBytes, _site);
    }

    /// <summary>Copies elements of the kernel's memory into the ring.</summary>
    public void CopyIn(VirtualAddress from, uint count, uint at)
    {
        (ulong place, ulong head, ulong tail) = Pieces(at, count);
        Kernel.Memmove(Data + place, from, head, _site.File, _site.Line, _site.Member);
        Kernel.Memmove(Data, from + head, tail, _site.File, _site.Line, _site.Member);
        Charge(head + tail);
    }

    /// <summary>Copies elements out of the ring.</summary>
    public void CopyOut(VirtualAddress to, uint count, uint at)
    {
        (ulong place, ulong head, ulong tail) = Pieces(at, count);
        Kernel.Memmove(to, Data + place, head, _site.File, _site.Line, _site.Member);
        Kernel.Memmove(to + head, Data, tail, _site.File, _site.Line, _site.Member);
        Charge(head + tail);
    }

    /// <summary>Copies elements between a user's memory and the ring.</summary>
    /// <param name="user">The user's address.</param>
    /// <param name="count">Elements.</param>
    /// <param name="at">Where in the ring.</param>
    /// <param name="isIn">True: into the ring.</param>
    /// <returns>Bytes that are not the user's.</returns>
    public ulong MoveUser(ulong user, uint count, uint at, bool isIn)
    {
        (ulong place, ulong head, ulong tail) = Pieces(at, count);
        Span<byte> there = _runtime.User.At(user, head + tail);
        int near = (int)Math.Min(head, (ulong)there.Length);
        MoveUser(Data + place, there[..near], isIn);
        MoveUser(Data, there[near..], isIn);
        Charge(head + tail);
        return head + tail - (ulong)there.Length;
    }

    /// <summary>Where so many elements lie, as one or two pieces: each an address and its bytes.</summary>
    public IEnumerable<(VirtualAddress At, ulong Bytes)> PiecesAt(uint at, uint count)
    {
        (ulong place, ulong head, ulong tail) = Pieces(at, count);
        if (head != 0)
            yield return (Data + place, head);
        if (tail != 0)
            yield return (Data, tail);
    }

    /// <summary>The length a record begins with.</summary>
    /// <param name="recordBytes">Bytes of a length: 1 or 2, the lowest first.</param>
    public uint PeekLength(ulong recordBytes)
    {
        uint length = 0;
        for (ulong i = 0; i < Math.Min(recordBytes, MostLengthBytes); i++)
            length |= (uint)Kernel.Read<byte>(ByteAt(Out + (uint)i), _site.File, _site.Line, _site.Member) << (8 * (int)i);
        return length;
    }

    /// <summary>Begins a record behind the last one.</summary>
    public void PutLength(uint length, ulong recordBytes)
    {
        for (ulong i = 0; i < Math.Min(recordBytes, MostLengthBytes); i++)
            Kernel.Write(ByteAt(In + (uint)i), (byte)(length >> (8 * (int)i)), _site.File, _site.Line, _site.Member);
    }

    private void MoveUser(VirtualAddress place, Span<byte> user, bool isIn)
    {
        if (isIn)
            Kernel.CopyTo(place, user, _site.File, _site.Line, _site.Member);
        else
            Kernel.CopyFrom(place, user, _site.File, _site.Line, _site.Member);
    }

    private VirtualAddress ByteAt(uint count) => Data + (count & (Size - 1));

    // Up to the end of the ring, and from its beginning on.
    private (ulong Place, ulong Head, ulong Tail) Pieces(uint at, uint count)
    {
        ulong element = ElementBytes, size = Size * element, place = (at & (Size - 1)) * element, bytes = count * element;
        ulong head = Math.Min(bytes, size - place);
        return (place, head, bytes - head);
    }

    private void Charge(ulong bytes) => _runtime.Charge(_cpu, (long)(bytes / BytesAtOnce));
}
