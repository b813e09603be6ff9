using System.Text;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>A C module in simulated memory: its parts, its symbols, where it begins and ends.</summary>
/// <remarks>Linux 2.6 kernel/module.c, load_module: the sections are laid out and relocated in a copy, then put where they run.</remarks>
internal sealed class CModuleImage
{
    /// <summary>sizeof(struct module) as the headers have it.</summary>
    public const ulong StructModuleBytes = 128;

    private readonly IReadOnlyList<ElfObject> _objects;
    private readonly ModuleLayout _layout;
    private readonly Dictionary<string, (ElfObject File, ElfSymbol Symbol)> _globals = [];
    private readonly Dictionary<string, ulong> _outside = [];
    private readonly List<string> _unresolved = [];
    private CodeSymbolTable? _symbols;

    /// <summary>Lays a module out.</summary>
    /// <param name="objects">Its object files.</param>
    /// <param name="pageSize">Bytes of a page.</param>
    /// <param name="extraBytes">Room for what the loader itself puts there: strings of parameters.</param>
    /// <param name="redZone">Bytes to part variables by; 0 when nobody looks at what lies between them.</param>
    /// <exception cref="ElfFormatException">It cannot be loaded.</exception>
    public CModuleImage(IReadOnlyList<ElfObject> objects, ulong pageSize, ulong extraBytes, ulong redZone)
    {
        _objects = objects;
        _layout = new ModuleLayout(objects, pageSize, StructModuleBytes + extraBytes, redZone);
        foreach (ElfObject file in objects)
            CollectGlobals(file);
    }

    /// <summary>Memory of what stays; null before there is any.</summary>
    public VirtualAddress Core { get; private set; }

    /// <summary>Memory of what goes when init has run; null when it has.</summary>
    public VirtualAddress Init { get; private set; }

    /// <summary>Bytes at <see cref="Core"/>.</summary>
    public ulong CoreBytes => Math.Max(_layout.BytesOf(init: false), 1);

    /// <summary>Bytes at <see cref="Init"/>; may be 0.</summary>
    public ulong InitBytes => _layout.BytesOf(init: true);

    /// <summary>What each CPU has its own copy of.</summary>
    public ModulePart PerCpu => _layout[ModulePartKind.PerCpu];

    /// <summary>Symbols nobody defines, in the order they were met.</summary>
    public IReadOnlyList<string> Unresolved => _unresolved;

    /// <summary>Address of __this_module.</summary>
    public VirtualAddress StructModule => new(_layout[ModulePartKind.Data].Address + _layout.ExtraOffset);

    /// <summary>Address of the loader's own strings.</summary>
    public VirtualAddress Extra => StructModule + StructModuleBytes;

    /// <summary>Relocates to memory that was allocated.</summary>
    /// <param name="core">For what stays.</param>
    /// <param name="init">For what goes; null when <see cref="InitBytes"/> is 0.</param>
    /// <param name="perCpu">For the first CPU's copy of what each CPU has its own of; null when there is nothing.</param>
    /// <param name="outside">The address of a symbol of the kernel or of another module; null when there is none.</param>
    /// <exception cref="ElfFormatException">A relocation cannot be made.</exception>
    public void Relocate(VirtualAddress core, VirtualAddress init, VirtualAddress perCpu, Func<string, ulong?> outside)
    {
        (Core, Init) = (core, init);
        _layout.MoveTo(core.Value, init.Value, perCpu.Value);
        var relocator = new Relocator(_layout, (file, symbol) => Resolve(file, symbol, outside));
        foreach (ElfObject file in _objects)
            relocator.Apply(file);
        _symbols = new CodeSymbolTable(Symbols());
    }

    /// <summary>Puts the bytes where they run.</summary>
    public void CopyTo(KernelContext kernel, CPerCpu perCpu)
    {
        foreach (ModulePart part in _layout.Parts.Where(part => part.Size != 0))
        {
            if (part.Kind == ModulePartKind.PerCpu)
                perCpu.CopyTo(kernel, new VirtualAddress(part.Address), part.Bytes);
            else
                kernel.CopyTo(new VirtualAddress(part.Address), part.Bytes);
        }
    }

    /// <summary>Closes what lies between the variables and constants, and behind them.</summary>
    public void CloseGaps(KernelMm mm)
    {
        foreach (ModulePart part in _layout.Parts)
        {
            foreach ((ulong offset, ulong size) in _layout.GapsOf(part))
                mm.CloseGlobals(new VirtualAddress(part.Address + offset), size);
        }
    }

    /// <summary>The variable or constant that lies nearest to an address in a gap.</summary>
    /// <returns>The part it lies in when no symbol does; null when the address is in no part's pages.</returns>
    public CodeSymbolEntry? VariableNear(ulong address, out string part)
    {
        part = "";
        foreach (ModulePart candidate in _layout.Parts)
        {
            if (candidate.Size == 0 || address - candidate.Address >= _layout.PagesOf(candidate) || (candidate.IsInit && Init.IsNull))
                continue;
            part = candidate.Name;
            return VariablesIn(candidate).DefaultIfEmpty(new CodeSymbolEntry("", candidate.Address, candidate.Size, IsFunction: false, ElfBinding.Local))
                .MinBy(variable => DistanceTo(variable, address));
        }
        return null;
    }

    /// <summary>Init has run: what it alone needed is gone.</summary>
    public void DropInit() => Init = VirtualAddress.Null;

    /// <summary>The address of a symbol the module defines, whoever may see it; null when it defines none.</summary>
    public ulong? Find(string name)
    {
        if (_globals.TryGetValue(name, out (ElfObject File, ElfSymbol Symbol) global))
            return _layout.AddressOf(global.File, global.Symbol);
        foreach (ElfObject file in _objects)
        {
            if (file.Symbols.FirstOrDefault(symbol => symbol.Name == name && symbol.Section != ElfSymbol.Undefined) is { } local)
                return _layout.AddressOf(file, local);
        }
        return null;
    }

    /// <summary>The bytes of all sections of that name, relocated.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> BytesOf(string section)
    {
        foreach (ElfObject file in _objects)
        {
            foreach (ElfSection candidate in file.Sections)
            {
                if (candidate.Name == section && _layout.TryPlace(file, candidate.Index, out ModulePart part, out ulong offset))
                    yield return part.Bytes.Slice((int)offset, (int)candidate.Size).ToArray();
            }
        }
    }

    /// <summary>Where the sections of that name lie, and their bytes.</summary>
    public IEnumerable<(VirtualAddress At, ulong Bytes)> PlacesOf(string section)
    {
        foreach (ElfObject file in _objects)
        {
            foreach (ElfSection candidate in file.Sections)
            {
                if (candidate.Name == section && _layout.TryPlace(file, candidate.Index, out ModulePart part, out ulong offset))
                    yield return (new VirtualAddress(part.Address + offset), candidate.Size);
            }
        }
    }

    /// <summary>True when an address is the module's.</summary>
    public bool Contains(ulong address) => PartAt(address) is not null;

    /// <summary>The part an address lies in; null outside the module. What was thrown away after init is outside.</summary>
    public ModulePart? PartAt(ulong address)
    {
        foreach (ModulePart part in _layout.Parts)
        {
            if (address - part.Address < part.Size && !(part.IsInit && Init.IsNull))
                return part;
        }
        return null;
    }

    /// <summary>Which line of the source an address belongs to; null without debug information.</summary>
    public LineTable? Lines { get; private set; }

    /// <summary>Reads the debug information (gcc -g), if there is any. Call after <see cref="Relocate"/>.</summary>
    /// <exception cref="ElfFormatException">It is damaged: the module runs without.</exception>
    public void ReadLines() => Lines = DebugLines.Read(_objects, AddressInDebugInformation);

    /// <summary>"hello_init+0x1c/0x40"; null when no symbol is near.</summary>
    public string? SymbolAt(ulong address) => _symbols?.NameOf(address);

    /// <summary>The symbol table as /proc/kallsyms lists it: in its order, also what the module only uses and the names of its sources.</summary>
    /// <returns>Address, letter (lower case) and name.</returns>
    public IEnumerable<(ulong Address, char Letter, string Name)> SymbolTable()
    {
        foreach (ElfObject file in _objects)
        {
            foreach (ElfSymbol symbol in file.Symbols)
            {
                bool isElsewhere = symbol.Section == ElfSymbol.Undefined && _globals.ContainsKey(symbol.Name);
                if (symbol.Name.Length != 0 && !isElsewhere && TryAddress(file, symbol, out ulong address))
                    yield return (address, SymbolLetter.Of(file, symbol), symbol.Name);
            }
        }
    }

    /// <summary>All named symbols with their addresses and bytes.</summary>
    public IEnumerable<CodeSymbolEntry> Symbols()
    {
        foreach (ElfObject file in _objects)
        {
            foreach (ElfSymbol symbol in file.Symbols)
            {
                bool isPlaced = symbol.Section == ElfSymbol.Common || _layout.TryPlace(file, symbol.Section, out _, out _);
                if (symbol.Name.Length != 0 && symbol.Section != ElfSymbol.Undefined && isPlaced)
                    yield return new CodeSymbolEntry(symbol.Name, _layout.AddressOf(file, symbol), symbol.Size, symbol.IsFunction, symbol.Binding);
            }
        }
    }

    /// <summary>A string of the image, as the loader reads it before the module runs: pointers have been relocated, bytes are still here.</summary>
    public string? TextAt(ulong address)
    {
        if (PartAt(address) is not { } part)
            return null;
        Span<byte> rest = part.Bytes[(int)(address - part.Address)..];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? null : Encoding.UTF8.GetString(rest[..end]);
    }

    // False for what takes no memory, and for what had it until init had run.
    private bool TryAddress(ElfObject file, ElfSymbol symbol, out ulong address)
    {
        address = symbol.Section switch
        {
            ElfSymbol.Undefined => symbol.Name == "__this_module" ? StructModule.Value : _outside.GetValueOrDefault(symbol.Name),
            ElfSymbol.Absolute => symbol.Value,
            _ => 0,
        };
        if (symbol.Section is ElfSymbol.Undefined or ElfSymbol.Absolute)
            return true;
        bool isPlaced = symbol.Section == ElfSymbol.Common || (_layout.TryPlace(file, symbol.Section, out ModulePart part, out _) && !(part.IsInit && Init.IsNull));
        if (isPlaced)
            address = _layout.AddressOf(file, symbol);
        return isPlaced;
    }

    private IEnumerable<CodeSymbolEntry> VariablesIn(ModulePart part) =>
        Symbols().Where(symbol => symbol.Size != 0 && symbol.Address - part.Address < part.Size);

    private static ulong DistanceTo(CodeSymbolEntry variable, ulong address) =>
        address < variable.Address ? variable.Address - address : address - variable.Address - variable.Size + 1;

    // Debug sections refer to places in each other, which are not loaded: by their offset.
    private ulong AddressInDebugInformation(ElfObject file, ElfSymbol symbol)
    {
        bool isLoaded = symbol.Section == ElfSymbol.Common || _layout.TryPlace(file, symbol.Section, out _, out _);
        return isLoaded ? _layout.AddressOf(file, symbol) : symbol.Value;
    }

    private void CollectGlobals(ElfObject file)
    {
        foreach (ElfSymbol symbol in file.Symbols)
        {
            if (symbol.Binding == ElfBinding.Local || symbol.Section == ElfSymbol.Undefined || symbol.Name.Length == 0)
                continue;
            if (!_globals.TryGetValue(symbol.Name, out (ElfObject File, ElfSymbol Symbol) known) || known.Symbol.Binding == ElfBinding.Weak)
                _globals[symbol.Name] = (file, symbol);
            else if (symbol.Binding != ElfBinding.Weak && known.Symbol.Section != ElfSymbol.Common && symbol.Section != ElfSymbol.Common)
                throw new ElfFormatException($"{symbol.Name} is defined in {known.File.Name} and in {file.Name}");
        }
    }

    private ulong Resolve(ElfObject file, ElfSymbol symbol, Func<string, ulong?> outside)
    {
        if (symbol.Section != ElfSymbol.Undefined && symbol.Binding == ElfBinding.Local)
            return _layout.AddressOf(file, symbol);
        if (_globals.TryGetValue(symbol.Name, out (ElfObject File, ElfSymbol Symbol) global))
            return _layout.AddressOf(global.File, global.Symbol);
        if (symbol.Name == "__this_module")
            return StructModule.Value;
        if (outside(symbol.Name) is { } address)
            return _outside[symbol.Name] = address;
        if (symbol.Binding == ElfBinding.Weak)
            return 0;                                       // "if (function) function();"
        if (!_unresolved.Contains(symbol.Name))
            _unresolved.Add(symbol.Name);
        return _layout[ModulePartKind.Text].Address;       // near, so that one message names all that is missing
    }
}
