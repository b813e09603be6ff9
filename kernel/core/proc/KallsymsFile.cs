using System.Globalization;
using System.Text;

namespace MiniKernel.Core;

/// <summary>/proc/kallsyms (Linux 2.6.24 kernel/kallsyms.c, s_show): what the kernel exports by address, then each module's symbols, newest
/// module first. C# code has none. Of a module's symbols those in capitals are exported; what it uses of others is a <c>u</c>.</summary>
internal static class KallsymsFile
{
    public static string Render(Kernel kernel)
    {
        StringBuilder text = new();
        if (kernel.C is { } runtime)
        {
            foreach (CExport export in runtime.Exports.All.OrderBy(export => export.Address).ThenBy(export => export.Name, StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"{kernel.Oops.Pointer(export.Address)} {(export.Code is null ? 'D' : 'T')} {export.Name}\n");
        }
        foreach (LoadedModule module in kernel.Modules.NewestFirst)
            AppendModule(text, kernel, module);
        return text.ToString();
    }

    private static void AppendModule(StringBuilder text, Kernel kernel, LoadedModule module)
    {
        if (module is not { Image: { } image, Instance: CModule code })
            return;
        foreach ((ulong address, char letter, string name) in image.SymbolTable())
        {
            char shown = letter is not 'u' && code.IsExported(name) ? char.ToUpperInvariant(letter) : letter;
            text.Append(CultureInfo.InvariantCulture, $"{kernel.Oops.Pointer(address)} {shown} {name}\t[{module.Name}]\n");
        }
    }
}
