using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>asm/dma.h: the ISA DMA controller.</summary>
internal static class CDmaExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("request_dma", static (ref CCall c) => CCall.Return(c.Kernel.RequestDma(c.Int(), c.Text())));
        table.Function("free_dma", static (ref CCall c) => { c.Kernel.FreeDma(c.Int()); return 0; });
        table.Function("enable_dma", static (ref CCall c) => { c.Kernel.EnableDma(c.Int()); return 0; });
        table.Function("disable_dma", static (ref CCall c) => { c.Kernel.DisableDma(c.Int()); return 0; });
        table.Function("set_dma_mode", static (ref CCall c) => { c.Kernel.SetDmaMode(c.Int(), (IsaDmaMode)(byte)c.Int()); return 0; });
        table.Function("set_dma_addr", static (ref CCall c) => { c.Kernel.SetDmaAddr(c.Int(), new PhysicalAddress(c.UInt())); return 0; });
        table.Function("set_dma_count", static (ref CCall c) => { c.Kernel.SetDmaCount(c.Int(), c.Int()); return 0; });
        table.Function("get_dma_residue", static (ref CCall c) => (ulong)c.Kernel.GetDmaResidue(c.Int()));
    }
}
