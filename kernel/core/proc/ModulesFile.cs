using System.Globalization;
using System.Text;

namespace MiniKernel.Core;

/// <summary>/proc/modules (Linux 2.6.24 kernel/module.c, m_show). C# code has no size in simulated memory; it is shown as a page.</summary>
internal static class ModulesFile
{
    public static string Render(Kernel kernel)
    {
        StringBuilder text = new();
        foreach (LoadedModule module in kernel.Modules.NewestFirst)
        {
            ulong bytes = module.Image is null ? (ulong)kernel.Machine.Profile.PageSize : module.MemoryBytes;
            string users = string.Concat(module.Users.Select(user => $"{user.Name},")) + (module.IsPermanent ? "[permanent]," : "");
            text.Append(
                CultureInfo.InvariantCulture,
                $"{module.Name} {bytes} {module.References} {(users.Length == 0 ? "-" : users)} {StateOf(module)} 0x{kernel.Oops.Pointer(module.Address)}\n");
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
