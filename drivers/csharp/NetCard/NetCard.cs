using MiniKernel.Core;

namespace MiniKernel.Drivers;

/// <summary>Drives the loopback network card: eth0, rings, buffers taken in the interrupt handler.</summary>
/// <remarks>See README.md beside this file.</remarks>
public sealed class NetCard : IKernelModule, IBootWorkload
{
    internal const string ModuleName = "net_card", ModuleDescription = "network card with rings; buffers from a cache with constructor and mempool";

    private readonly IntParameter _ring = new("ring", 16, "descriptors in each ring", min: 2, max: 256);
    private readonly IntParameter _reserve = new("reserve", 8, "buffers set aside for when memory is short", min: 1, max: 256);
    private NetCardHardware? _hardware;
    private SkBuffCache? _buffers;
    private NetDevice? _device;

    /// <inheritdoc/>
    public string Name => ModuleName;

    /// <inheritdoc/>
    public string Description => ModuleDescription;

    /// <inheritdoc/>
    public IReadOnlyList<ModuleParameter> Parameters => [_ring, _reserve];

    /// <inheritdoc/>
    public Errno Init(KernelContext kernel)
    {
        Errno error = kernel.RequestRegion(NicPort.Base, NicPort.Length, ModuleName);
        if (error != Errno.Success)
            return error;
        error = InitMemory(kernel);
        if (error != Errno.Success)
            kernel.ReleaseRegion(NicPort.Base, NicPort.Length);
        return error;
    }

    /// <inheritdoc/>
    public void Exit(KernelContext kernel)
    {
        kernel.UnregisterNetdev(_device!);        // closes it first
        _hardware!.Free(kernel);
        kernel.SkbCacheDestroy(_buffers!);
        kernel.ReleaseRegion(NicPort.Base, NicPort.Length);
    }

    /// <inheritdoc/>
    public WorkloadResult Run(KernelContext kernel) => new NetWorkload(_device!).Run(kernel);

    private Errno InitMemory(KernelContext kernel)
    {
        _buffers = kernel.SkbCacheCreate("net_card_skb", NetCardHardware.BufferBytes, _reserve.Value);
        if (_buffers is null)
            return Errno.ENOMEM;
        Errno error = InitDevice(kernel, _buffers);
        if (error != Errno.Success)
            kernel.SkbCacheDestroy(_buffers);
        return error;
    }

    private Errno InitDevice(KernelContext kernel, SkBuffCache buffers)
    {
        _hardware = NetCardHardware.Create(kernel, buffers, _ring.Value);
        if (_hardware is null)
            return Errno.ENOMEM;
        _device = new NetDevice("eth%d", _hardware) { Address = NetCardHardware.ReadAddress(kernel) };
        Errno error = kernel.RegisterNetdev(_device);
        if (error != Errno.Success)
        {
            _hardware.Free(kernel);
            return error;
        }
        kernel.Printk(LogLevel.Info, $"{Name}: {_device.Name}, {string.Join(':', _device.Address.Select(part => $"{part:x2}"))}, rings of {_ring.Value}, {_reserve.Value} buffers in reserve");
        return Errno.Success;
    }
}
