using System.Globalization;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>/proc/cpuinfo in the form of x86 (Linux 2.6.24 arch/x86/kernel/cpu/proc.c and setup_64.c), on every profile.</summary>
/// <remarks>The CPU is simulated: it has the profile's cache line and no features, and says so.</remarks>
internal static class CpuInfoFile
{
    public static string Render(HardwareProfile profile)
    {
        StringBuilder text = new();
        for (int cpu = 0; cpu < profile.Cpus; cpu++)
            AppendCpu(text, profile, cpu);
        return text.ToString();
    }

    private static void AppendCpu(StringBuilder text, HardwareProfile profile, int cpu)
    {
        int family = profile.WordSize == 64 ? 15 : 6;
        text.Append(
            CultureInfo.InvariantCulture,
            $"processor\t: {cpu}\nvendor_id\t: MiniKernel\ncpu family\t: {family}\nmodel\t\t: 0\nmodel name\t: {profile.Name}\nstepping\t: 0\n");
        if (profile.WordSize == 32)
            text.Append("fdiv_bug\t: no\nhlt_bug\t\t: no\nf00f_bug\t: no\ncoma_bug\t: no\n");
        text.Append("fpu\t\t: no\nfpu_exception\t: no\ncpuid level\t: -1\nwp\t\t: yes\nflags\t\t:\nbogomips\t: 0.00\n");
        text.Append(CultureInfo.InvariantCulture, $"clflush size\t: {profile.CacheLineSize}\n");
        if (profile.WordSize == 64)
            text.Append(CultureInfo.InvariantCulture, $"cache_alignment\t: {profile.CacheLineSize}\naddress sizes\t: 40 bits physical, 48 bits virtual\npower management:\n");
        text.Append('\n');
    }
}
