namespace MiniKernel.Core;

/// <summary>State of a module, as /proc/modules names it; a dead one is shown as Live, as an oopsed one is in Linux.</summary>
public enum ModuleState
{
    /// <summary>MODULE_STATE_COMING: its Init runs.</summary>
    Loading,

    /// <summary>MODULE_STATE_LIVE.</summary>
    Live,

    /// <summary>MODULE_STATE_GOING: its Exit runs.</summary>
    Unloading,

    /// <summary>It oopsed: none of its code is called again, its memory stays.</summary>
    Dead,
}

/// <summary>A module the kernel has loaded: struct module.</summary>
public sealed class LoadedModule
{
    internal LoadedModule(IKernelModule instance, string name, ulong address)
    {
        Instance = instance;
        Address = address;
        Name = name;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The module itself.</summary>
    public IKernelModule Instance { get; }

    /// <summary>See <see cref="ModuleState"/>.</summary>
    public ModuleState State { get; internal set; }

    /// <summary>Open files on its devices: rmmod refuses while there are any.</summary>
    public int References { get; internal set; }

    /// <summary>How its workload went; null before it ran or when it has none.</summary>
    public WorkloadResult? Result { get; internal set; }

    /// <summary>Where its symbols are in the module area. C# code has no bytes there.</summary>
    public ulong Address { get; }

    /// <summary>True once an oops was its doing: it is stopped when its code returns, even if it caught the exception.</summary>
    internal bool HasOopsed { get; set; }

    /// <summary>True for code that is linked into the kernel: an oops does not stop it.</summary>
    internal bool IsBuiltIn { get; init; }

    /// <summary>True when it is no longer in the table.</summary>
    internal bool IsGone { get; set; }

    /// <summary>True when its code may be called.</summary>
    internal bool IsCallable => State != ModuleState.Dead && !IsGone;
}
