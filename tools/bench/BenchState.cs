using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Bench;

/// <summary>What the measured loops work on: a booted kernel, caches of the sizes asked, native allocators.</summary>
internal sealed class BenchState : IDisposable
{
    /// <summary>Objects of the workloads that hold many at a time.</summary>
    public const int ManyObjects = 10_000;

    private readonly Machine _machine;

    public BenchState(HardwareProfile profile, WatchMode watch = WatchMode.Bare)
    {
        _machine = new Machine(profile);
        Kernel = new Kernel(_machine, new KernelOptions { Watch = watch });
        Kernel.Boot();
        KernelContext kernel = Kernel.Context();
        Cache64 = kernel.KmemCacheCreate("bench-64", 64, flags: SlabFlags.HwCacheAlign)!;
        Cache128 = kernel.KmemCacheCreate("bench-128", 128, flags: SlabFlags.HwCacheAlign)!;
        Buffer = kernel.Kmalloc(64, GfpFlags.Kernel);
        Shuffled = [.. Enumerable.Range(0, ManyObjects)];
        new Random(7).Shuffle(Shuffled);
    }

    /// <summary>The kernel.</summary>
    public Kernel Kernel { get; }

    /// <summary>A cache of 64-byte objects.</summary>
    public KmemCache Cache64 { get; }

    /// <summary>A cache of 128-byte objects.</summary>
    public KmemCache Cache128 { get; }

    /// <summary>64 bytes to read and write.</summary>
    public VirtualAddress Buffer { get; }

    /// <summary>mimalloc, if installed.</summary>
    public NativeAllocator? Mimalloc { get; } = NativeAllocator.Mimalloc;

    /// <summary>tcmalloc, if installed.</summary>
    public NativeAllocator? Tcmalloc { get; } = NativeAllocator.Tcmalloc;

    /// <summary>The C library's allocator.</summary>
    public NativeAllocator? C { get; } = NativeAllocator.C;

    /// <summary>A size the JIT cannot know.</summary>
    public nuint Size { get; set; } = 64;

    /// <summary>The objects of the workloads that hold many.</summary>
    public nint[] Objects { get; } = new nint[ManyObjects];

    /// <summary>An order to free them in.</summary>
    public int[] Shuffled { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kernel.Dispose();
        _machine.Dispose();
    }
}
