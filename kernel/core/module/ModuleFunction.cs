using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>A constructor or destructor as mm calls it: as its module's code, on the CPU that runs.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="owner">The module; one of a dead or unloaded module is not run.</param>
/// <param name="function">The driver's function.</param>
internal sealed class ModuleFunction(Kernel kernel, LoadedModule? owner, ObjectFunction function)
{
    private ObjectFunction? _function = function;

    /// <summary>Calls it.</summary>
    public void Call(VirtualAddress obj, KmemCache cache)
    {
        if (_function is not { } function)
            return;
        ShadowByte before = kernel.Mm.BeginCallback(obj, cache);
        try
        {
            kernel.Modules.Boundary.Call(
                owner, kernel.Current, kernel.Current.Comm, (function, obj), static (context, call) => Run(context, call.function, call.obj), onOops: true);
        }
        finally
        {
            kernel.Mm.EndCallback(obj, cache, before);
        }
    }

    /// <summary>The module is gone, and its code with it.</summary>
    public void LetGo() => _function = null;

    private static bool Run(KernelContext context, ObjectFunction function, VirtualAddress obj)
    {
        function(context, obj);
        return true;
    }
}
