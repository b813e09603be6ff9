using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>The symbols the kernel exports to C modules: EXPORT_SYMBOL's table. Each function has an entry of the trap page.</summary>
internal sealed class CExportTable
{
    private readonly Dictionary<string, CExport> _byName = [];
    private readonly List<CExport> _byTrap = [];

    /// <summary>An empty table.</summary>
    /// <param name="traps">The trap page; its first entry is where calls into modules return to.</param>
    public CExportTable(CpuTraps traps)
    {
        Traps = traps;
        _byTrap.Add(new CExport("", traps.AddressOf(0), null, IsVariadic: false));
    }

    /// <summary>The trap page.</summary>
    public CpuTraps Traps { get; }

    /// <summary>The entry calls into modules return to.</summary>
    public const int ReturnTrap = 0;

    /// <summary>All symbols.</summary>
    public IReadOnlyCollection<CExport> All => _byName.Values;

    /// <summary>Exports a function.</summary>
    public void Function(string name, CFunction code, bool isVariadic = false)
    {
        if (_byTrap.Count >= Traps.Count)
            throw new InvalidOperationException($"the trap page has {Traps.Count} entries; {name} finds none");
        CExport export = new(name, Traps.AddressOf(_byTrap.Count), code, isVariadic);
        _byName.Add(name, export);
        _byTrap.Add(export);
    }

    /// <summary>Exports a variable.</summary>
    /// <param name="name">As C spells it.</param>
    /// <param name="address">Where it lies.</param>
    /// <param name="prepare">Gives it its value when a module is linked to it; null when it has one.</param>
    public void Variable(string name, VirtualAddress address, Action? prepare = null) =>
        _byName.Add(name, new CExport(name, address.Value, null, IsVariadic: false) { Prepare = prepare });

    /// <summary>The symbol of that name, or null.</summary>
    public CExport? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The function at a trap, or null.</summary>
    public CExport? At(int trap) => trap > 0 && trap < _byTrap.Count ? _byTrap[trap] : null;
}
