using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Bench;

/// <summary>A booted kernel in bare mode with a cache for each shape, with a constructor and without.</summary>
internal sealed class VersusState : IDisposable
{
    /// <summary>Objects of the workloads that hold many at a time; a multiple of the number of shapes.</summary>
    public const int ManyObjects = 10_000;

    private readonly Machine _machine;

    public VersusState(HardwareProfile profile)
    {
        _machine = new Machine(profile);
        Kernel = new Kernel(_machine, new KernelOptions { Watch = WatchMode.Bare });
        Kernel.Boot();
        KernelContext kernel = Kernel.Context();
        Sizes = [Shape40.Bytes, Shape72.Bytes, Shape100.Bytes, Shape140.Bytes, Shape300.Bytes];
        Plain = new KmemCache[Sizes.Length];
        Constructed = new KmemCache[Sizes.Length];
        for (int i = 0; i < Sizes.Length; i++)
        {
            ulong bytes = Sizes[i];
            Plain[i] = kernel.KmemCacheCreate($"bench-{bytes}", bytes)!;
            Constructed[i] = kernel.KmemCacheCreate($"bench-{bytes}-ctor", bytes, ctor: (context, p) => VersusObject.Construct(context, p, bytes))!;
        }
        int[] shuffled = [.. Enumerable.Range(0, ManyObjects)];
        new Random(7).Shuffle(shuffled);
        Shuffled = shuffled;
    }

    /// <summary>The kernel.</summary>
    public Kernel Kernel { get; }

    /// <summary>Sizes the JIT cannot know.</summary>
    public ulong[] Sizes { get; }

    /// <summary>A cache a shape.</summary>
    public KmemCache[] Plain { get; }

    /// <summary>A cache a shape, with a constructor.</summary>
    public KmemCache[] Constructed { get; }

    /// <summary>The objects of the workloads that hold many.</summary>
    public VirtualAddress[] Objects { get; } = new VirtualAddress[ManyObjects];

    /// <summary>An order to free them in.</summary>
    public int[] Shuffled { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kernel.Dispose();
        _machine.Dispose();
    }
}
