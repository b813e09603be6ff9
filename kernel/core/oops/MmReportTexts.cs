using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>What Linux 2.6 says of vmalloc, mempool and DMA (mm/vmalloc.c, mm/dmapool.c, arch/x86/kernel/pci-nommu_64.c).</summary>
internal static class MmReportTexts
{
    public static string Of(BadVfree report, OopsPrinter oops) =>
        $"Trying to vfree() {(report.IsUnaligned ? "bad address" : "nonexistent vm area")} ({oops.Pointer(report.Address.Value)})";

    public static string Of(BlockedForever report, CpuState cpu) =>
        $"INFO: task {cpu.Comm}:{cpu.Pid} blocked for more than 120 seconds.\nIt waited for {report.What}; nobody gave one back, and it goes on without.";

    public static string Of(DmaPoolBusy report, OopsPrinter oops) =>
        $"{Prefix(report.Device)}dma_pool_destroy {report.Pool}, {oops.Pointer(report.Address.Value)} busy";

    public static string Of(BadDmaPoolFree report, OopsPrinter oops)
    {
        string address = oops.Pointer(report.Address.Value), head = $"{Prefix(report.Device)}dma_pool_free {report.Pool}, ";
        return report.Fault switch
        {
            DmaPoolFault.BadDma => $"{head}{address}/{report.Bus.Value:x} (bad dma)",
            DmaPoolFault.BadAddress => $"{head}{address} (bad vaddr)/{report.Bus.Value:x}",
            _ => $"{head}dma {report.Bus.Value:x} already free",
        };
    }

    public static string Of(DmaOverflow report) =>
        $"{Prefix(report.Device)}nommu_map_single: overflow {report.Bus.Value:x}+{report.Size} of device mask {report.Mask:x}";

    // dev_err().
    private static string Prefix(string? device) => device is null ? "" : $"{device}: ";
}
