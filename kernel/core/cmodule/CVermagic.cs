using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>What of a machine and its headers a C module is compiled for; a module of another one is refused.</summary>
public static class CVermagic
{
    /// <summary>The string of a profile, as "2.6.24-minikernel API=modern WORD=32 PAGE_SIZE=4096 L1_CACHE_BYTES=32 MAX_ORDER=11 MMU=y LARGE_ALLOCS=n".</summary>
    public static string Of(HardwareProfile profile, KernelApi api)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return $"{KernelVersion.Release} API={(api == KernelApi.Modern ? "modern" : "2.6.24")} WORD={profile.WordSize} PAGE_SIZE={profile.PageSize} L1_CACHE_BYTES={profile.L1CacheBytes}"
            + $" MAX_ORDER={profile.MaxOrder} MMU={(profile.Mmu ? 'y' : 'n')} LARGE_ALLOCS={(profile.LargeAllocs ? 'y' : 'n')}";
    }

    /// <summary>The first thing that differs: "L1_CACHE_BYTES is 64 in the module, 32 here"; null when nothing does.</summary>
    public static string? Difference(string module, string here)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(here);
        string[] theirs = module.Split(' ', StringSplitOptions.RemoveEmptyEntries), ours = here.Split(' ');
        for (int i = 0; i < ours.Length; i++)
        {
            string word = i < theirs.Length ? theirs[i] : "missing";
            if (word == ours[i])
                continue;
            int equals = ours[i].IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? "the version" : ours[i][..equals];
            string value = word.StartsWith($"{key}=", StringComparison.Ordinal) ? word[(key.Length + 1)..] : word;
            return $"{key} is {value} in the module, {ours[i][(equals + 1)..]} here";
        }
        return null;
    }
}
