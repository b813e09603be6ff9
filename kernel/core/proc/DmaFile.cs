using System.Globalization;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>/proc/dma: who has which ISA DMA channel (Linux 2.6.24 kernel/dma.c, proc_dma_show).</summary>
internal static class DmaFile
{
    public static string Render(Kernel kernel)
    {
        StringBuilder text = new();
        for (int channel = 0; channel < IsaDmaController.Channels; channel++)
        {
            if (kernel.Dma.NameOf(channel) is { } name)
                text.Append(CultureInfo.InvariantCulture, $"{channel,2}: {name}\n");
        }
        return text.ToString();
    }
}
