namespace MiniKernel.Core;

/// <summary>The parts a module's sections are sorted into; each begins on a page of its own, since it has rights of its own.</summary>
internal enum ModulePartKind
{
    /// <summary>Code: read and run.</summary>
    Text,

    /// <summary>Constants: read.</summary>
    ReadOnly,

    /// <summary>Variables: read and written.</summary>
    Data,

    /// <summary>Code that is thrown away when init has run.</summary>
    InitText,

    /// <summary>Variables and constants that are thrown away with it.</summary>
    InitData,

    /// <summary>Variables of which each CPU gets its own copy, in memory that is not the module's.</summary>
    PerCpu,
}

/// <summary>One part of a module: a run of sections in memory.</summary>
/// <param name="kind">Which.</param>
internal sealed class ModulePart(ModulePartKind kind)
{
    private const ulong MostBytes = 64 << 20;
    private readonly List<Stretch> _used = [];        // ascending
    private byte[] _bytes = [];

    /// <summary>Which part it is.</summary>
    public ModulePartKind Kind => kind;

    /// <summary>True for what is thrown away when init has run.</summary>
    public bool IsInit => kind is ModulePartKind.InitText or ModulePartKind.InitData;

    /// <summary>True when its bytes may be run.</summary>
    public bool IsExecutable => kind is ModulePartKind.Text or ModulePartKind.InitText;

    /// <summary>True when it may be written.</summary>
    public bool IsWritable => kind is ModulePartKind.Data or ModulePartKind.InitData or ModulePartKind.PerCpu;

    /// <summary>How Linux calls the sections that go here.</summary>
    public string Name => kind switch
    {
        ModulePartKind.Text => ".text",
        ModulePartKind.ReadOnly => ".rodata",
        ModulePartKind.Data => ".data",
        ModulePartKind.InitText => ".init.text",
        ModulePartKind.PerCpu => ".data..percpu",
        _ => ".init.data",
    };

    /// <summary>Bytes so far.</summary>
    public ulong Size { get; private set; }

    /// <summary>What its sections are aligned to, at the most.</summary>
    public ulong Alignment { get; private set; } = 1;

    /// <summary>Where it lies in simulated memory; set before relocation.</summary>
    public ulong Address { get; set; }

    /// <summary>Its bytes, to be relocated and then copied to <see cref="Address"/>.</summary>
    public Span<byte> Bytes => _bytes.AsSpan(0, (int)Size);

    /// <summary>Makes room.</summary>
    /// <returns>The offset in the part.</returns>
    /// <exception cref="ElfFormatException">The module is too large.</exception>
    public ulong Reserve(ulong size, ulong alignment, ulong pageSize, string what)
    {
        if (alignment > pageSize)
            throw new ElfFormatException($"{what} is aligned to {alignment}; a page, {pageSize}, is the most");
        ulong at = (Size + alignment - 1) & ~(alignment - 1);
        if (size > MostBytes || at + size > MostBytes)
            throw new ElfFormatException($"{what} makes the module larger than {MostBytes >> 20} MiB");
        Size = at + size;
        _used.Add(new Stretch(at, size));
        Alignment = Math.Max(Alignment, alignment);
        return at;
    }

    /// <summary>Leaves bytes unused behind what has been reserved so far.</summary>
    public void Skip(ulong bytes) => Size += bytes;

    /// <summary>What nobody reserved, up to a size of the part.</summary>
    public IEnumerable<(ulong Offset, ulong Size)> Gaps(ulong upTo)
    {
        ulong end = 0;
        foreach ((ulong offset, ulong size) in _used)
        {
            if (offset > end)
                yield return (end, offset - end);
            end = offset + size;
        }
        if (upTo > end)
            yield return (end, upTo - end);
    }

    /// <summary>Takes a section's bytes; call after all room has been reserved.</summary>
    public void Fill(ulong offset, ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length == 0)
            _bytes = new byte[Size];
        bytes.CopyTo(_bytes.AsSpan((int)offset));
    }

    /// <summary>Allocates the bytes even when every section was empty of them (.bss).</summary>
    public void Seal()
    {
        if ((ulong)_bytes.Length != Size)
            Array.Resize(ref _bytes, (int)Size);
    }

    private sealed record Stretch(ulong Offset, ulong Size);
}
