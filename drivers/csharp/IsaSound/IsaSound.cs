using MiniKernel.Core;

namespace MiniKernel.Drivers;

/// <summary>Plays samples on an ISA sound card: GFP_DMA memory, a DMA channel, a status register that is polled.</summary>
/// <remarks>Two parameters make the mistakes that GFP_DMA and careful placing prevent. See README.md beside this file.</remarks>
public sealed class IsaSound : IKernelModule, IBootWorkload
{
    internal const string ModuleName = "isa_sound", ModuleDescription = "ISA sound card, polled, playing through ISA DMA";

    private readonly BoolParameter _gfpDma = new("gfp_dma", true, "take buffers an ISA device can reach; 0 forgets GFP_DMA");
    private readonly BoolParameter _crossBoundary = new("cross_boundary", false, "lay the buffers across a 64 KiB boundary");
    private readonly IntParameter _bufferBytes = new("buffer_bytes", 16384, "bytes in each of the two buffers", min: 512, max: 65536);
    private readonly IntParameter _rate = new("rate", 176_400, "bytes per second; 44.1 kHz, 16 bits, stereo", min: 4_000, max: 2_000_000);
    private IsaSoundCard? _card;
    private uint _major;

    /// <inheritdoc/>
    public string Name => ModuleName;

    /// <inheritdoc/>
    public string Description => ModuleDescription;

    /// <inheritdoc/>
    public IReadOnlyList<ModuleParameter> Parameters => [_gfpDma, _crossBoundary, _bufferBytes, _rate];

    /// <inheritdoc/>
    public Errno Init(KernelContext kernel)
    {
        Errno error = kernel.RequestDma(IsaSoundCard.DmaChannel, ModuleName);
        if (error != Errno.Success)
            return error;
        DmaBuffers? buffers = DmaBuffers.Allocate(kernel, (uint)_bufferBytes.Value, _gfpDma.Value, _crossBoundary.Value);
        if (buffers is null)
        {
            kernel.FreeDma(IsaSoundCard.DmaChannel);
            return Errno.ENOMEM;
        }
        _card = new IsaSoundCard(buffers, (uint)_rate.Value);
        IoResult major = kernel.RegisterChrdev(0, "dsp", _card);
        if (major.IsError)
        {
            buffers.Free(kernel);
            kernel.FreeDma(IsaSoundCard.DmaChannel);
            return major.Error;
        }
        _major = (uint)major.Value;
        kernel.Printk(LogLevel.Info, $"{Name}: DMA channel {IsaSoundCard.DmaChannel}, two buffers of {_bufferBytes.Value} bytes at {buffers}");
        WarnOfUnreachable(kernel, buffers);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public void Exit(KernelContext kernel)
    {
        kernel.UnregisterChrdev(_major, "dsp");
        _card!.Stop(kernel);
        _card.Buffers.Free(kernel);
        kernel.FreeDma(IsaSoundCard.DmaChannel);
    }

    /// <inheritdoc/>
    public WorkloadResult Run(KernelContext kernel) => IsaSoundWorkload.Run(kernel);

    // The driver goes on all the same: the card's checksum shows what comes of it.
    private void WarnOfUnreachable(KernelContext kernel, DmaBuffers buffers)
    {
        if (buffers.IsBeyondReach)
            kernel.Printk(LogLevel.Warning, $"{Name}: a buffer lies beyond 16 MiB, the DMA controller will read elsewhere");
        if (buffers.CrossesBoundary)
            kernel.Printk(LogLevel.Warning, $"{Name}: a buffer crosses a 64 KiB boundary, the DMA controller will wrap");
    }
}
