using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Parameters of module_param_cb(): before init a function of the driver's, or one of the kernel's, is given each text that insmod was given.</summary>
/// <remarks>In the order in which the module declares them, where Linux goes by the command line.</remarks>
internal static class CParameterCallbacks
{
    private const string Section = "__param_cb";

    /// <summary>Calls them.</summary>
    /// <returns>0; -errno of the first that refuses: the module is not loaded.</returns>
    public static int Set(KernelContext kernel, CRuntime runtime, CModule module, IReadOnlyList<CModuleParameter> parameters)
    {
        using CFrame frame = new(runtime, kernel.State);    // all of them share one budget
        KernelParamStruct record = runtime.Structs.KernelParam;
        foreach ((VirtualAddress start, ulong bytes) in module.Image!.PlacesOf(Section))
        {
            for (ulong at = 0; at + (ulong)record.Bytes <= bytes; at += (ulong)record.Bytes)
            {
                int result = SetOne(kernel, runtime, module, parameters, start + at);
                if (result < 0)
                    return result;
            }
        }
        return 0;
    }

    private static int SetOne(KernelContext kernel, CRuntime runtime, CModule module, IReadOnlyList<CModuleParameter> parameters, VirtualAddress record)
    {
        CallSite site = CallSite.OfCode($"a parameter [{module.Name}]");
        string name = runtime.ReadString(kernel, new VirtualAddress(kernel.Get(record, runtime.Structs.KernelParam.Label, site)), site);
        if (parameters.FirstOrDefault(parameter => parameter.Name == name) is not { Given: { IsNull: false } text })
            return 0;
        VirtualAddress operations = new(kernel.Get(record, runtime.Structs.KernelParam.Operations, site));
        ulong set = kernel.Get(operations, runtime.Structs.KernelParamOps.Set, site);
        int result = set == 0 ? -(int)Errno.EPERM : (int)runtime.Call(kernel.State, module, set, text.Value, record.Value);
        if (result < 0)
        {
            string why = result == -(int)Errno.ENOSPC ? "too large" : "invalid";
            kernel.Printk(LogLevel.Error, $"{module.Name}: `{runtime.ReadString(kernel, text, site)}' {why} for parameter `{name}'");
        }
        return result;
    }
}
