using MiniKernel.Core;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>A tour of the hardware profile: allocates in many ways, says where each landed and why there.</summary>
/// <remarks>It holds one thing at a time. See README.md beside this file.</remarks>
public sealed class Tour : IKernelModule, IBootWorkload
{
    internal const string ModuleName = "tour", ModuleDescription = "where allocations land on this hardware, and why";

    private const ulong ObjectBytes = 100;        // fits no class and no cache line
    private static readonly IReadOnlyList<int> _orders = [0, 1, 3];

    /// <inheritdoc/>
    public string Name => ModuleName;

    /// <inheritdoc/>
    public string Description => ModuleDescription;

    /// <inheritdoc/>
    public IReadOnlyList<ModuleParameter> Parameters => [];

    /// <inheritdoc/>
    public Errno Init(KernelContext kernel)
    {
        TourFacts.Print(kernel);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public void Exit(KernelContext kernel)
    {
        // Nothing is held between the stops.
    }

    /// <inheritdoc/>
    public WorkloadResult Run(KernelContext kernel)
    {
        TourGuide guide = new();
        Classes(kernel, guide);
        guide.Kmalloc(kernel, 80, GfpFlags.Kernel | GfpFlags.Dma, TourReasons.Dma(kernel));
        guide.Cache(kernel, "tour_packed", ObjectBytes, SlabFlags.None);
        guide.Cache(kernel, "tour_aligned", ObjectBytes, SlabFlags.HwCacheAlign);
        foreach (int order in _orders)
            guide.Pages(kernel, order);
        guide.Page(kernel, "alloc_page(GFP_DMA32)", GfpFlags.Kernel | GfpFlags.Dma32, TourReasons.Dma32(kernel));
        guide.Page(kernel, "alloc_page(GFP_HIGHUSER)", GfpFlags.HighUser, TourReasons.HighUser(kernel));
        return guide.Result;
    }

    // One size for each class that does not exist everywhere, then the large ones.
    private static void Classes(KernelContext kernel, TourGuide guide)
    {
        guide.Kmalloc(kernel, 20, GfpFlags.Kernel, TourReasons.Size32(kernel));
        guide.Kmalloc(kernel, 80, GfpFlags.Kernel, TourReasons.Size96(kernel));
        guide.Kmalloc(kernel, 150, GfpFlags.Kernel, TourReasons.Size192(kernel));
        guide.Kmalloc(kernel, 100_000, GfpFlags.Kernel, TourReasons.Large(kernel));
        guide.Kmalloc(kernel, 200_000, GfpFlags.Kernel, TourReasons.BeyondMmu(kernel), mayBeNull: kernel.ConfigMmu && !kernel.ConfigSlob);
    }
}
