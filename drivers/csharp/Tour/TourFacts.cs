using MiniKernel.Core;

namespace MiniKernel.Drivers;

/// <summary>The profile in three lines: everything that the stops are explained by.</summary>
internal static class TourFacts
{
    private const string Prefix = Tour.ModuleName;

    /// <summary>Prints them.</summary>
    public static void Print(KernelContext kernel)
    {
        kernel.Printk(
            LogLevel.Info,
            $"{Prefix}: {kernel.MachineName}: {8 * kernel.WordBytes}-bit words, pages of {ByteText.Of(kernel.PageSize)}, orders 0 to {kernel.MaxOrder - 1},"
            + $" {Configuration(kernel)}, {kernel.OnlineCpus} {(kernel.OnlineCpus == 1 ? "CPU" : "CPUs")}");
        kernel.Printk(LogLevel.Info, $"{Prefix}: L1_CACHE_BYTES {kernel.L1CacheBytes} when compiled, cache lines of {kernel.CacheLineSize} when running");
        kernel.Printk(LogLevel.Info, $"{Prefix}: {ByteText.Of(kernel.RamBytes)} of RAM: {Zones(kernel)}");
    }

    private static string Configuration(KernelContext kernel) =>
        (kernel.ConfigMmu ? "an MMU" : "no MMU") + (kernel.ConfigLargeAllocs ? ", CONFIG_LARGE_ALLOCS" : "");

    private static string Zones(KernelContext kernel)
    {
        List<string> zones = [];
        ulong below = 0, ram = kernel.RamBytes;
        Add("DMA", kernel.DmaLimit);
        Add("DMA32", kernel.Dma32Limit);
        Add("Normal", kernel.LowmemBytes);
        Add("HighMem", kernel.RamBytes);
        return string.Join(", ", zones);

        void Add(string zone, ulong end)
        {
            end = Math.Min(end, ram);
            if (end <= below)
                return;
            zones.Add($"{zone} below {ByteText.Of(end)}");
            below = end;
        }
    }
}
