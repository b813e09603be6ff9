using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>How gcc or clang must compile a C module for a machine: the calling convention, where code may lie, what the headers ask.</summary>
public static class CBuild
{
    /// <summary>How the kernel and its modules are usually compiled.</summary>
    public const string DefaultLevel = "2";

    /// <summary>Levels of optimization.</summary>
    public static IReadOnlyList<string> Levels { get; } = ["0", "1", "2", "3", "s"];

    /// <summary>Arguments for the compiler, but for input, output and -c.</summary>
    /// <param name="profile">The machine it will run on.</param>
    /// <param name="include">The folder of the kernel's headers.</param>
    /// <param name="kernel">The kernel it will run on: its allocator (without malloc_sizes kmalloc of a constant is a call), its API. Default: the defaults.</param>
    /// <param name="level">What stands behind -O: <see cref="Levels"/>.</param>
    /// <param name="hasLines">True for debug information; the code is the same.</param>
    public static IReadOnlyList<string> Arguments(
        HardwareProfile profile, string include, KernelOptions? kernel = null, string level = DefaultLevel, bool hasLines = false)
    {
        ArgumentNullException.ThrowIfNull(profile);
        string[] lines = hasLines ? ["-g"] : [];
        return [.. Code(profile.WordSize), $"-O{level}", .. lines, .. Macros(profile, kernel ?? new KernelOptions()), $"-fmacro-prefix-map={include}=kernel/include", "-nostdinc", "-I", include];
    }

    /// <summary>The argument that tells the code its module's name: KBUILD_MODNAME, with which many begin what they print.</summary>
    /// <param name="name">The name of the file without .ko.</param>
    public static string Name(string name) => $"-DKBUILD_MODNAME=\"{ModuleName(name)}\"";

    /// <summary>What a module is called after its file: "my-driver.v2" is my_driver_v2, as the names of modules are words of C.</summary>
    /// <param name="name">The name of the file without .ko.</param>
    public static string ModuleName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
    }

    // No red zone, since interrupts run on the same stack; addresses in the top 2 GiB; integer registers alone. A null pointer
    // is an address like any other: what it does is the machine's business, not the compiler's. Each variable has a section of
    // its own, so that shadow mode can part them.
    private static string[] Code(int wordSize) =>
    [
        .. wordSize == 64 ? (string[])["-m64", "-mcmodel=kernel", "-mno-red-zone"] : ["-m32", "-mregparm=3"],
        "-std=gnu11", "-Wall", "-Wno-pointer-sign", "-ffreestanding", "-fno-pic", "-mgeneral-regs-only", "-fno-stack-protector", "-fcf-protection=none",
        "-fno-asynchronous-unwind-tables", "-fno-ident", "-fno-common", "-fdata-sections", "-fno-strict-aliasing", "-fno-delete-null-pointer-checks",
        "-fno-optimize-sibling-calls",                          // so that every call leaves behind where it stands
    ];

    private static IEnumerable<string> Macros(HardwareProfile profile, KernelOptions kernel)
    {
        yield return "-D__KERNEL__";
        yield return "-DMODULE";
        yield return "-DCONFIG_MODULES";
        yield return "-DCONFIG_BASE_SMALL=0";
        yield return $"-DMK_PAGE_SHIFT={profile.PageShift}";
        yield return $"-DMK_MAX_ORDER={profile.MaxOrder}";
        yield return $"-DMK_L1_CACHE_BYTES={profile.L1CacheBytes}";
        yield return $"-DMK_HZ={1_000_000_000 / VirtualClock.NsPerJiffy}";
        yield return $"-DMK_RELEASE=\"{KernelVersion.Release}\"";
        yield return $"-DMK_VERMAGIC=\"{CVermagic.Of(profile, kernel.Api)}\"";
        if (profile.Mmu)
            yield return "-DCONFIG_MMU";
        if (profile.LargeAllocs)
            yield return "-DCONFIG_LARGE_ALLOCS";
        yield return kernel.Mm.Allocator == AllocatorKind.Slab ? "-DCONFIG_SLAB" : "-DCONFIG_SLOB";
        if (kernel.Api == KernelApi.Linux2624)
            yield return "-DMK_API_2_6_24";
    }
}
