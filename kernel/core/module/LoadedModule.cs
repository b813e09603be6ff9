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
    private readonly List<LoadedModule> _uses = [], _users = [];
    private readonly ulong _address;
    private IKernelModule? _instance;

    /// <param name="instance">Its code; null for what is linked into the kernel.</param>
    /// <param name="name">Its name.</param>
    /// <param name="address">Where its symbols are, of C# code.</param>
    internal LoadedModule(IKernelModule? instance, string name, ulong address)
    {
        _instance = instance;
        _address = address;
        Name = name;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The module itself.</summary>
    /// <exception cref="InvalidOperationException">It has been unloaded.</exception>
    public IKernelModule Instance => _instance ?? throw new InvalidOperationException($"{Name} has been unloaded");

    /// <summary>See <see cref="ModuleState"/>.</summary>
    public ModuleState State { get; internal set; }

    /// <summary>Open files on its devices, and modules that use its symbols: rmmod refuses while there are any.</summary>
    public int References { get; internal set; }

    /// <summary>How its workload went; null before it ran or when it has none.</summary>
    public WorkloadResult? Result { get; internal set; }

    /// <summary>Where its code and data begin; of C# code, which has no bytes in simulated memory, an address for its symbols.</summary>
    public ulong Address => Image?.Core.Value ?? _address;

    /// <summary>Bytes of simulated memory its code and data take; what is thrown away after init counts as long as it is there.</summary>
    public ulong MemoryBytes => Image is { } image ? image.CoreBytes + (image.Init.IsNull ? 0 : image.InitBytes) : 0;

    /// <summary>Modules that use symbols it exports, the last one first.</summary>
    public IReadOnlyList<LoadedModule> Users => _users;

    /// <summary>True when it has no exit function: rmmod refuses, and what it holds is no leak.</summary>
    public bool IsPermanent => (_instance as CModule)?.IsPermanent == true;

    /// <summary>True once an oops was its doing: it is stopped when its code returns, even if it caught the exception.</summary>
    internal bool HasOopsed { get; set; }

    /// <summary>True for code that is linked into the kernel: an oops does not stop it.</summary>
    internal bool IsBuiltIn { get; init; }

    /// <summary>True when it is no longer in the table.</summary>
    internal bool IsGone { get; set; }

    /// <summary>True when its code may be called.</summary>
    internal bool IsCallable => State != ModuleState.Dead && !IsGone;

    /// <summary>Where it lies in simulated memory; null for C# code.</summary>
    internal CModuleImage? Image => (_instance as CModule)?.Image;

    /// <summary>True for machine code.</summary>
    internal bool IsOfC => _instance is CModule;

    /// <summary>True when it was loaded from that instance.</summary>
    internal bool IsOf(IKernelModule instance) => ReferenceEquals(_instance, instance);

    /// <summary>It has been linked to a symbol of another module, which must stay as long as this one does.</summary>
    internal void Use(LoadedModule other)
    {
        if (_uses.Contains(other))
            return;
        _uses.Add(other);
        other._users.Insert(0, this);
        other.References++;
    }

    /// <summary>It is no longer linked to anybody.</summary>
    internal void LetGoOfOthers()
    {
        foreach (LoadedModule other in _uses)
        {
            other._users.Remove(this);
            other.References--;
        }
        _uses.Clear();
    }

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
