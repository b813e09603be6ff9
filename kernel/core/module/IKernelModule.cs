namespace MiniKernel.Core;

/// <summary>A loadable module: what insmod and rmmod handle.</summary>
[DriverSurface]
public interface IKernelModule
{
    /// <summary>Its name, as in /proc/modules.</summary>
    string Name { get; }

    /// <summary>MODULE_DESCRIPTION.</summary>
    string Description { get; }

    /// <summary>What insmod can set; values are in force before <see cref="Init"/>.</summary>
    IReadOnlyList<ModuleParameter> Parameters { get; }

    /// <summary>module_init: takes what it needs.</summary>
    /// <returns>Not <see cref="Errno.Success"/>: the module is not loaded, and has given everything back.</returns>
    Errno Init(KernelContext kernel);

    /// <summary>module_exit: gives everything back.</summary>
    void Exit(KernelContext kernel);
}
