using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <content>Files, devices and user memory as C code sees them.</content>
internal sealed partial class CRuntime
{
    /// <summary>The buffers of system calls.</summary>
    public CUserSpace User { get; }

    /// <summary>The structures of open files.</summary>
    public CFileMemory Files { get; }

    /// <summary>Character devices.</summary>
    public CDeviceTable Cdevs { get; }

    /// <summary>The poll_tables that drivers hold.</summary>
    public CPolls Polls { get; }

    /// <summary>Classes and devices.</summary>
    public CClassTable Classes { get; }

    /// <summary>Misc devices.</summary>
    public CMiscTable Misc { get; }

    /// <summary>Files in /proc.</summary>
    public CProcTable Proc { get; }

    /// <summary>Files in debugfs.</summary>
    public CDebugfsTable Debugfs { get; }

    /// <summary>Names of kobjects.</summary>
    public CNameTable Names { get; }

    /// <summary>The module whose struct module lies at an address; null when none does.</summary>
    public LoadedModule? ModuleOf(VirtualAddress structModule) =>
        ModuleAt(structModule.Value) is { } code && code.Image!.StructModule == structModule ? Kernel.Modules.Find(code) : null;

    /// <summary>Takes away what a module has registered.</summary>
    /// <returns>What it was called.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        Cdevs.Withdraw(owner);
        Names.Withdraw(owner);
        return [.. Proc.Withdraw(owner), .. Debugfs.Withdraw(owner), .. Misc.Withdraw(owner), .. Classes.Withdraw(owner)];
    }
}
