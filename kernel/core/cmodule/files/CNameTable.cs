using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Names of kobjects: memory of the kernel's that goes with the object.</summary>
/// <param name="kernel">The kernel.</param>
internal sealed class CNameTable(Kernel kernel)
{
    private readonly Dictionary<ulong, (VirtualAddress Name, LoadedModule? Owner)> _names = [];

    /// <summary>A kobject has a new name.</summary>
    public void Keep(CpuState cpu, ulong kobject, VirtualAddress name)
    {
        Drop(cpu, kobject);
        _names[kobject] = (name, cpu.Module);
    }

    /// <summary>A kobject is no more.</summary>
    public void Drop(CpuState cpu, ulong kobject)
    {
        if (_names.Remove(kobject, out (VirtualAddress Name, LoadedModule? Owner) gone))
            kernel.FreeForC(cpu, gone.Name);
    }

    /// <summary>A module is gone or dead.</summary>
    public void Withdraw(LoadedModule owner)
    {
        foreach (ulong kobject in _names.Where(entry => entry.Value.Owner == owner).Select(entry => entry.Key).ToArray())
            Drop(kernel.Current, kobject);
    }
}
