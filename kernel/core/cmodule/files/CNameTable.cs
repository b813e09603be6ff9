using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Names of kobjects: memory of the kernel's that goes with the object.</summary>
/// <param name="kernel">The kernel.</param>
internal sealed class CNameTable(Kernel kernel)
{
    private readonly Dictionary<ulong, Name> _names = [];

    /// <summary>A kobject has a new name.</summary>
    public void Keep(CpuState cpu, ulong kobject, VirtualAddress name)
    {
        Drop(cpu, kobject);
        _names[kobject] = new Name(name, cpu.Module);
    }

    /// <summary>A kobject is no more.</summary>
    public void Drop(CpuState cpu, ulong kobject)
    {
        if (_names.Remove(kobject, out Name? gone))
            kernel.FreeForC(cpu, gone.Text);
    }

    /// <summary>A module is gone or dead.</summary>
    public void Withdraw(LoadedModule owner)
    {
        foreach ((ulong kobject, Name name) in _names)
        {
            if (name.Owner == owner)
                Drop(kernel.Current, kobject);
        }
    }

    private sealed record Name(VirtualAddress Text, LoadedModule? Owner);
}
