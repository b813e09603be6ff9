namespace MiniKernel.Core;

/// <summary>What a program does inside the kernel.</summary>
/// <param name="kernel">The kernel, on the CPU the call was made on, in process context.</param>
public delegate void SystemCall(KernelContext kernel);

/// <summary>Code that is linked into the kernel, not loaded: the shell. It has a name and owns what it allocates.</summary>
/// <remarks>As in Linux it is not in /proc/modules and cannot be unloaded, and an oops ends the process that made the call,
/// not the code. Exceptions that are no oops are the host program's own and pass through.</remarks>
public sealed class BuiltInModule
{
    private readonly Kernel _kernel;
    private readonly LoadedModule _module;

    internal BuiltInModule(Kernel kernel, string name)
    {
        _kernel = kernel;
        _module = new LoadedModule(null, name, address: 0) { State = ModuleState.Live, IsBuiltIn = true };
    }

    /// <summary>Owner of what is allocated, as reports name it.</summary>
    public string Name => _module.Name;

    /// <summary>Makes a system call. On its return whoever can run gets a turn.</summary>
    /// <param name="cpu">The CPU it is made on.</param>
    /// <param name="comm">Name of the calling process.</param>
    /// <param name="call">What to do.</param>
    /// <returns>False when an oops ended it; its report is in the log.</returns>
    public bool Call(int cpu, string comm, SystemCall call)
    {
        CpuState state = _kernel.Cpu(cpu);
        _module.HasOopsed = false;
        bool done = _kernel.Modules.Boundary.Call(_module, state, comm, call, static (kernel, run) => Run(kernel, run), onOops: false);
        _kernel.Tasks.ReturnToUser(state, comm);
        return done;
    }

    private static bool Run(KernelContext kernel, SystemCall call)
    {
        call(kernel);
        return true;
    }
}
