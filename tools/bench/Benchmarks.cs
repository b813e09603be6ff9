using MiniKernel.Hal;

namespace MiniKernel.Bench;

/// <summary>The measurements there are.</summary>
public static class Benchmarks
{
    /// <summary>Decides the order within a round; figures do not depend on it.</summary>
    public const int Seed = 1;

    /// <summary>What an allocation costs, beside native allocators in the same process.</summary>
    public static BenchReport Allocators(HardwareProfile profile, int rounds)
    {
        using AllocatorBench bench = new(profile, rounds, Seed);
        return bench.Run();
    }

    /// <summary>The same work through kmalloc and through kmem_cache.</summary>
    public static BenchReport KmallocVersusKmemCache(HardwareProfile profile, int rounds)
    {
        using VersusBench bench = new(profile, rounds, Seed);
        return bench.Run();
    }

    /// <summary>The emulated x86 core beside the CPU of this computer, which must be an x86-64 Linux with gcc.</summary>
    public static BenchReport X86(int rounds) => new X86Bench(rounds, Seed).Run();

    /// <summary>What a boot costs, beside an empty Generic Host.</summary>
    /// <param name="rounds">How often each is started.</param>
    /// <param name="mk">mk.dll.</param>
    /// <param name="emptyHost">emptyhost.dll.</param>
    /// <param name="module">A C module for i386-32.</param>
    public static BenchReport Startup(int rounds, string mk, string emptyHost, string module) => new StartupBench(rounds, mk, emptyHost, module).Run();
}
