namespace MiniKernel.Mm;

/// <summary>struct kmem_list3: a cache's three slab lists and what is counted beside them, in simulated memory.</summary>
/// <remarks>The list heads are checked by their links each time they are used; the numbers behind them have nothing that
/// would give a stray write away, so a copy of what was last written stands guard (see <see cref="MemoryView"/>).</remarks>
internal sealed unsafe class KmemList3 : IDisposable
{
    private readonly KernelMap _map;
    private readonly StructLayouts _layouts;
    private readonly byte* _host;
    private readonly MemoryView _numbers;

    /// <summary>Sets up three empty lists at <paramref name="address"/> (kmem_list3_init).</summary>
    public KmemList3(KernelMap map, StructLayouts layouts, ulong address)
    {
        _map = map;
        _layouts = layouts;
        Address = address;
        map.TryHost(address, (ulong)layouts.List3Bytes, out _host);
        for (ulong head = Partial; head <= Free; head += 2 * (ulong)layouts.Word)
        {
            byte* at = _host + (head - address);
            map.WriteWord(at, head);
            map.WriteWord(at + layouts.Word, head);
        }
        new Span<byte>(_host + layouts.List3Scalars, layouts.List3Bytes - layouts.List3Scalars).Clear();
        _numbers = new MemoryView(address + (ulong)layouts.List3Scalars, _host + layouts.List3Scalars, layouts.List3Bytes - layouts.List3Scalars);
    }

    /// <summary>Kernel virtual address.</summary>
    public ulong Address { get; }

    /// <summary>Head of the slabs with objects in use and free ones.</summary>
    public ulong Partial => Address;

    /// <summary>Head of the slabs with every object in use.</summary>
    public ulong Full => Address + (2 * (ulong)_layouts.Word);

    /// <summary>Head of the slabs with no object in use.</summary>
    public ulong Free => Address + (4 * (ulong)_layouts.Word);

    /// <summary>Host address of the head of the partial slabs.</summary>
    public byte* PartialHost => _host;

    /// <summary>Where free_objects lies on the host.</summary>
    public byte* FreeObjectsHost => _host + _layouts.List3Scalars;

    /// <summary>The guarded part.</summary>
    public MemoryView Numbers => _numbers;

    /// <summary>Free objects on slabs; those parked in arrays do not count.</summary>
    public ulong FreeObjects => _map.ReadWord(FreeObjectsHost);

    /// <summary>Free objects above which a slab that empties is destroyed at once.</summary>
    public uint FreeLimit { get => ReadUInt(_layouts.List3FreeLimit); set => WriteUInt(_layouts.List3FreeLimit, value); }

    /// <summary>Colour of the next slab.</summary>
    public uint ColourNext { get => ReadUInt(_layouts.List3ColourNext); set => WriteUInt(_layouts.List3ColourNext, value); }

    /// <summary>Address of the shared array, or 0.</summary>
    public ulong Shared { set => WriteWord(_layouts.List3Shared, value); }

    /// <summary>Jiffies before which the reaper leaves the shared array and the free slabs alone.</summary>
    public ulong NextReap
    {
        get => _map.ReadWord(_host + _layouts.List3NextReap);
        set => WriteWord(_layouts.List3NextReap, value);
    }

    /// <summary>1 when an allocation went as far as the free slabs since the last reap.</summary>
    public uint FreeTouched { get => ReadUInt(_layouts.List3FreeTouched); set => WriteUInt(_layouts.List3FreeTouched, value); }

    /// <summary>Takes over the contents of another one: list heads are respliced, numbers copied (init_list).</summary>
    /// <remarks>Only the bootstrap does this, before any driver runs: the links are mm's own.</remarks>
    public void TakeOver(KmemList3 old)
    {
        ulong word = (ulong)_layouts.Word;
        for (ulong offset = 0; offset < 6 * word; offset += 2 * word)
        {
            ulong first = _map.ReadWord(old._host + offset), last = _map.ReadWord(old._host + offset + word);
            if (first == old.Address + offset)
                continue;
            _map.WriteWord(_host + offset, first);
            _map.WriteWord(_host + offset + word, last);
            _map.WriteWord(HostOf(first) + word, Address + offset);
            _map.WriteWord(HostOf(last), Address + offset);
        }
        new ReadOnlySpan<byte>(old._numbers.Copy, _numbers.Bytes).CopyTo(new Span<byte>(_numbers.Copy, _numbers.Bytes));
        _numbers.Publish();
    }

    /// <summary>First entry of one of the three lists; the head itself when it is empty. Unchecked.</summary>
    public ulong First(ulong head) => _map.ReadWord(_host + (head - Address));

    /// <summary>Last entry of one of the three lists; the head itself when it is empty. Unchecked.</summary>
    public ulong Last(ulong head) => _map.ReadWord(_host + (head - Address) + _layouts.Word);

    /// <inheritdoc/>
    public void Dispose() => _numbers.Dispose();

    private byte* HostOf(ulong address)
    {
        _map.TryHost(address, (ulong)_layouts.Word * 2, out byte* host);
        return host;
    }

    private uint ReadUInt(int offset) => *(uint*)(_host + offset);

    private void WriteUInt(int offset, uint value)
    {
        *(uint*)(_host + offset) = value;
        *(uint*)(_numbers.Copy + offset - _layouts.List3Scalars) = value;
    }

    private void WriteWord(int offset, ulong value)
    {
        _map.WriteWord(_host + offset, value);
        _map.WriteWord(_numbers.Copy + offset - _layouts.List3Scalars, value);
    }
}
