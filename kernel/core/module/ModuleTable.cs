namespace MiniKernel.Core;

/// <summary>Loaded modules: insmod and rmmod (Linux 2.6 kernel/module.c).</summary>
public sealed class ModuleTable
{
    private const string Insmodding = "insmod", Rmmodding = "rmmod";
    private readonly Kernel _kernel;
    private readonly List<LoadedModule> _modules = [];   // oldest first
    private readonly List<string> _names = [];
    private ulong _nextAddress;

    internal ModuleTable(Kernel kernel)
    {
        _kernel = kernel;
        _nextAddress = kernel.Machine.Layout.ModulesStart;
        Boundary = new ModuleBoundary(kernel);
    }

    /// <summary>Modules in the order they were loaded, dead ones included.</summary>
    public IReadOnlyList<LoadedModule> Loaded => _modules;

    /// <summary>Names of all modules there are or were, each once, in the order they came.</summary>
    public IReadOnlyCollection<string> EverLoaded => _names;

    internal ModuleBoundary Boundary { get; }

    /// <summary>The order of /proc/modules.</summary>
    internal IEnumerable<LoadedModule> NewestFirst => Enumerable.Reverse(_modules);

    /// <summary>The module of that name, or null.</summary>
    public LoadedModule? Find(string name) => _modules.Find(module => module.Name == name);

    /// <summary>What an instance was loaded as, or null.</summary>
    internal LoadedModule? Find(IKernelModule instance) => _modules.Find(module => module.IsOf(instance));

    /// <summary>Makes a name for code that is linked into the kernel: what it allocates is its own.</summary>
    public BuiltInModule BuiltIn(string name) => new(_kernel, name);

    /// <summary>Loads a module.</summary>
    /// <param name="module">The module; an instance can be loaded again once it is unloaded.</param>
    /// <param name="parameters">Values by name; the others have their defaults.</param>
    /// <param name="cpu">The CPU insmod runs on.</param>
    /// <returns>-EEXIST when the name is loaded, -ENOENT for an unknown parameter, -EINVAL for a value that is none, or what
    /// Init returned. A module that was not loaded has left nothing behind but leaks, which are listed.</returns>
    public Errno Insmod(IKernelModule module, IReadOnlyDictionary<string, string>? parameters = null, int cpu = 0)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (ModuleBoundary.Describe(module, out string name, out IReadOnlyList<ModuleParameter> known) is { } wrong)
        {
            _kernel.Print(LogLevel.Error, $"insmod: {module.GetType().Name} {wrong}");
            return Errno.EINVAL;
        }
        if (Find(name) is not null)
            return Errno.EEXIST;
        Errno error = SetParameters(name, known, parameters ?? new Dictionary<string, string>());
        if (error == Errno.Success)
            error = Load(module, name, cpu);
        _kernel.Tasks.ReturnToUser(_kernel.Cpu(cpu), Insmodding);
        return error;
    }

    /// <summary>Unloads a module.</summary>
    /// <returns>-ENOENT when there is none of that name, -EAGAIN while its devices are open or other modules use its symbols, -EBUSY when it is dead or has no exit.</returns>
    public Errno Rmmod(string name, int cpu = 0)
    {
        if (Find(name) is not { } module)
            return Errno.ENOENT;
        if (module.State != ModuleState.Live || module.IsPermanent)
            return Errno.EBUSY;
        if (module.References != 0)
            return Errno.EAGAIN;
        module.State = ModuleState.Unloading;
        bool done = Boundary.Call(module, _kernel.Cpu(cpu), Rmmodding, module.Instance, static (kernel, instance) => Exit(kernel, instance), onOops: false);
        if (done)
            Forget(module);
        _kernel.Tasks.ReturnToUser(_kernel.Cpu(cpu), Rmmodding);
        return done ? Errno.Success : Errno.EBUSY;
    }

    /// <summary>Lets a module do its boot workload.</summary>
    /// <returns>Null when it has none.</returns>
    public WorkloadResult? RunWorkload(LoadedModule module, int cpu = 0)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (module.Instance is not IBootWorkload workload)
            return null;
        module.Result = Boundary.Call(
            module, _kernel.Cpu(cpu), module.Name, workload, static (kernel, work) => work.Run(kernel),
            onOops: new WorkloadResult(Errno.EIO, "stopped by an oops"));
        module.Result ??= new WorkloadResult(Errno.EINVAL, "its workload returned nothing");
        if (module.Result.Summary is null)
            module.Result = module.Result with { Summary = "" };
        if (module.Result.Error != Errno.Success)
            _kernel.Error($"{module.Name}: workload failed with -{module.Result.Error}: {module.Result.Summary}");
        _kernel.Tasks.ReturnToUser(_kernel.Cpu(cpu), module.Name);
        return module.Result;
    }

    /// <summary>A module broke a rule: everything that could call it is withdrawn, its memory stays.</summary>
    internal void Kill(LoadedModule module)
    {
        module.State = ModuleState.Dead;
        Withdraw(module);
        _kernel.Print(LogLevel.Alert, $"{module.Name}: stopped; its memory stays, it cannot be unloaded");
    }

    /// <summary>Newest first; what cannot go is said so.</summary>
    internal void UnloadAll()
    {
        foreach (LoadedModule module in NewestFirst.ToArray())
        {
            Errno error = Rmmod(module.Name);
            if (error != Errno.Success)
                _kernel.Print(LogLevel.Warning, $"{module.Name}: not unloaded, -{error}{(module.IsPermanent ? ": it has an init function and no exit function" : "")}");
        }
    }

    private static bool Exit(KernelContext kernel, IKernelModule instance)
    {
        instance.Exit(kernel);
        return true;
    }

    private Errno Load(IKernelModule instance, string name, int cpu)
    {
        LoadedModule module = new(instance, name, _nextAddress) { State = ModuleState.Loading };
        _nextAddress += (ulong)_kernel.Machine.Profile.PageSize;
        _modules.Add(module);
        if (!_names.Contains(name))
            _names.Add(name);
        Errno error = Boundary.Call(module, _kernel.Cpu(cpu), Insmodding, instance, static (kernel, driver) => driver.Init(kernel), onOops: Errno.EIO);
        if (module.State == ModuleState.Dead)
            return Errno.EIO;                     // stays in the list, as an oopsed module does
        if (error < Errno.Success)
            error = (Errno)(-(int)error);         // returned as C does
        if (error == Errno.Success)
        {
            module.State = ModuleState.Live;
            return error;
        }
        Forget(module);
        return error;
    }

    private void Forget(LoadedModule module)
    {
        module.IsGone = true;
        (IReadOnlyList<string> data, IReadOnlyList<string> code) = Withdraw(module);
        foreach (string resource in data)
            _kernel.Error($"{module.Name}: left behind {resource}; withdrawn");
        string inLinux = module.IsOfC ? ": Linux would have jumped into memory that is freed" : "";
        foreach (string resource in code)
            _kernel.Error($"{module.Name}: left behind {resource}; withdrawn{inLinux}");
        _kernel.RunningC?.Settle();
        _modules.Remove(module);
        module.LetGoOfOthers();
        _kernel.Mm.FlushQuarantine(_kernel.Current.Mm);
        _kernel.Tracker?.ReportLeaks(module);
        module.LetGo();
    }

    // What it has, and what would call it.
    private (IReadOnlyList<string> Data, IReadOnlyList<string> Code) Withdraw(LoadedModule module)
    {
        List<string> data = [.. _kernel.Regions.Withdraw(module), .. _kernel.Dma.Withdraw(module)];   // first: no device moves anything from here on
        List<string> left =
        [
            .. _kernel.Block.Withdraw(module), .. _kernel.BlockQueues.Withdraw(module),
            .. _kernel.Net.Withdraw(module), .. _kernel.NetReceive.Withdraw(module),
            .. _kernel.WithdrawC(module), .. _kernel.Devices.Withdraw(module), .. _kernel.Interrupts.Withdraw(module),
            .. _kernel.SoftIrqs.Withdraw(module), .. _kernel.Timers.Withdraw(module), .. _kernel.Workqueues.Withdraw(module),
            .. _kernel.Tasks.Withdraw(module),
        ];
        int shrinkers = _kernel.Shrinkers.Withdraw(module);
        if (shrinkers != 0)
            left.Add($"{shrinkers} shrinker(s)");
        return (data, left);
    }

    // All are checked before one is set. (Linux 2.6.24 kernel/params.c, parse_args.)
    private Errno SetParameters(string module, IReadOnlyList<ModuleParameter> known, IReadOnlyDictionary<string, string> values)
    {
        foreach ((string name, string value) in values)
        {
            ModuleParameter? parameter = known.FirstOrDefault(candidate => candidate.Name == name);
            if (parameter is null)
            {
                _kernel.Print(LogLevel.Error, $"{module}: Unknown parameter `{name}'");
                return Errno.ENOENT;
            }
            if (!parameter.IsValid(value))
            {
                _kernel.Print(LogLevel.Error, $"{module}: `{value}' invalid for parameter `{name}'");
                return Errno.EINVAL;
            }
        }
        foreach (ModuleParameter parameter in known)
        {
            parameter.Reset();
            if (values.TryGetValue(parameter.Name, out string? value))
                parameter.TrySet(value);
        }
        return Errno.Success;
    }
}
