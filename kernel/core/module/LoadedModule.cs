using System.Reflection;
using System.Runtime.CompilerServices;

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
/// <remarks>Once it is unloaded nothing of the kernel holds its code: a driver from outside lies in a collectible load context,
/// and histories, dead tasks and leaked caches live on that know the module by this object.</remarks>
public sealed class LoadedModule
{
    private readonly ConditionalWeakTable<ModuleFunction, LoadedModule> _functions = [];
    private IKernelModule? _instance;

    /// <param name="instance">Its code; null for what is linked into the kernel.</param>
    /// <param name="name">Its name.</param>
    /// <param name="address">Where its symbols are.</param>
    internal LoadedModule(IKernelModule? instance, string name, ulong address)
    {
        _instance = instance;
        Address = address;
        Name = name;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The module itself.</summary>
    /// <exception cref="InvalidOperationException">It has been unloaded.</exception>
    public IKernelModule Instance => _instance ?? throw new InvalidOperationException($"{Name} has been unloaded");

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

    /// <summary>True for its own code.</summary>
    internal bool Owns(Assembly assembly) => _instance?.GetType().Assembly == assembly;

    /// <summary>Notes a function that outlives its registration: a destroyed cache is known for ever, a leaked one lives on.</summary>
    internal void Note(ModuleFunction function) => _functions.Add(function, this);

    /// <summary>It is unloaded: lets go of its code.</summary>
    internal void LetGo()
    {
        foreach ((ModuleFunction function, _) in _functions)
            function.LetGo();
        _instance = null;
    }
}
