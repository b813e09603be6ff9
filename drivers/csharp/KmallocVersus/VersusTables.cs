using MiniKernel.Core;

namespace MiniKernel.Drivers;

/// <summary>The figures as text for printk: in whole numbers, the same at every run.</summary>
internal static class VersusTables
{
    private const string Prefix = KmallocVersus.ModuleName;

    /// <summary>Prints all tables.</summary>
    public static void Print(KernelContext kernel, IReadOnlyList<VersusFigures> ways)
    {
        PrintSpace(kernel, ways.First(way => !IsCache(way)), ways.First(IsCache));
        PrintTotals(kernel, ways);
        PrintConstructor(kernel, ways.First(way => way.Way.Constructs));
    }

    /// <summary>The line for the table at the end of boot.</summary>
    public static string Summary(IReadOnlyList<VersusFigures> ways)
    {
        Footprint kmalloc = ways.First(way => !IsCache(way)).Total, cache = ways.First(IsCache).Total;
        VersusFigures constructed = ways.First(way => way.Way.Constructs);
        return $"{kmalloc.Objects} objects of {Kibi(kmalloc.Asked)} KiB: kmalloc holds {Kibi(kmalloc.Held)} KiB ({kmalloc.WastePercent}% waste),"
            + $" kmem_cache {Kibi(cache.Held)} KiB ({cache.WastePercent}%); {constructed.ConstructorRuns.Sum()} constructor runs for {constructed.Allocations} allocations";
    }

    private static void PrintSpace(KernelContext kernel, VersusFigures kmalloc, VersusFigures cache)
    {
        if (kmalloc.Together is not null)
        {
            kernel.Printk(LogLevel.Info, $"{Prefix}: SLOB has neither classes nor slabs: objects of all sizes lie side by side in its pages");
            return;
        }
        kernel.Printk(LogLevel.Info, $"{Prefix}: bytes |  kmalloc  a slab   slabs   pages  waste | kmem_cache  a slab   slabs   pages  waste");
        for (int size = 0; size < VersusObject.Sizes.Count; size++)
        {
            Footprint one = kmalloc.BySize[size], other = cache.BySize[size];
            kernel.Printk(LogLevel.Info, $"{Prefix}: {VersusObject.Sizes[size],5} | {one.Stride,8} {Space(one)} | {other.Stride,10} {Space(other)}");
        }
    }

    private static void PrintTotals(KernelContext kernel, IReadOnlyList<VersusFigures> ways)
    {
        kernel.Printk(LogLevel.Info, $"{Prefix}: way                     |    asked     held  waste   slabs   pages | initialised by caller  by constructor");
        foreach (VersusFigures way in ways)
        {
            Footprint total = way.Total;
            kernel.Printk(
                LogLevel.Info,
                $"{Prefix}: {way.Way.Name,-23} | {total.Asked,8} {total.Held,8} {total.WastePercent,5}% {total.Slabs,7} {total.Pages,7} |"
                + $" {way.InitialisedByCaller,21} {way.ConstructorRuns.Sum(),15}");
        }
    }

    // The constructor saves nothing when whole slabs come and go, and nearly everything when objects do.
    private static void PrintConstructor(KernelContext kernel, VersusFigures constructed)
    {
        long objects = constructed.Total.Objects;
        foreach (VersusOrder order in Enum.GetValues<VersusOrder>())
        {
            long allocations = order == VersusOrder.Churn ? 2 * objects : objects;
            string name = order.ToString().ToLowerInvariant();
            kernel.Printk(LogLevel.Info, $"{Prefix}: constructor, {name,-6}: {constructed.ConstructorRuns[(int)order],7} runs for {allocations,7} allocations");
        }
    }

    private static string Space(Footprint space) => $"{space.PerSlab,7} {space.Slabs,7} {space.Pages,7} {space.WastePercent,5}%";

    private static bool IsCache(VersusFigures figures) => figures.Way is CacheWay;

    private static long Kibi(long bytes) => (bytes + 512) >> 10;
}
