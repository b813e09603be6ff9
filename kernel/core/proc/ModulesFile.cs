using System.Globalization;
using System.Text;

namespace MiniKernel.Core;

/// <summary>/proc/modules (Linux 2.6.24 kernel/module.c, m_show). The size is that of a module's symbols: C# code has none
/// of its own in simulated memory.</summary>
internal static class ModulesFile
{
    public static string Render(Kernel kernel)
    {
        StringBuilder text = new();
        foreach (LoadedModule module in kernel.Modules.NewestFirst)
        {
            string address = kernel.Oops.Pointer(module.Address);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{module.Name} {kernel.Machine.Profile.PageSize} {module.References} - {StateOf(module)} 0x{address}\n");
        }
        return text.ToString();
    }

    private static string StateOf(LoadedModule module) => module.State switch
    {
        ModuleState.Unloading => "Unloading",
        ModuleState.Loading => "Loading",
        _ => "Live",
    };
}
