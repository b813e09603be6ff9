using System.Globalization;
using System.Text;

namespace MiniKernel.Core;

/// <summary>/proc/devices: registered majors (Linux 2.6.24 fs/proc/proc_misc.c, devinfo_show).</summary>
internal static class DevicesFile
{
    public static string Render(Kernel kernel)
    {
        StringBuilder text = new("Character devices:\n");
        foreach ((uint major, string name) in kernel.Devices.Registered)
            text.Append(CultureInfo.InvariantCulture, $"{major,3} {name}\n");
        text.Append("\nBlock devices:\n");
        foreach ((uint major, string name) in kernel.Block.Registered)
            text.Append(CultureInfo.InvariantCulture, $"{major,3} {name}\n");
        return text.ToString();
    }
}
