using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Who has which ISA DMA channel: request_dma() and free_dma() of Linux 2.6 kernel/dma.c.</summary>
internal sealed class IsaDmaChannels
{
    private readonly Kernel _kernel;
    private readonly IsaDmaController _controller;
    private readonly Claim?[] _claims = new Claim?[IsaDmaController.Channels];

    public IsaDmaChannels(Kernel kernel)
    {
        _kernel = kernel;
        _controller = kernel.Machine.IsaDma;
        _claims[IsaDmaController.CascadeChannel] = new Claim(null, "cascade");
    }

    private sealed record Claim(LoadedModule? Owner, string Name);

    /// <summary>Name of who has the channel; null when it is free.</summary>
    public string? NameOf(int channel) => _claims[channel]?.Name;

    public Errno Request(LoadedModule? owner, int channel, string name)
    {
        if (channel is < 0 or >= IsaDmaController.Channels)
            return Errno.EINVAL;
        if (_claims[channel] is not null)
            return Errno.EBUSY;
        _claims[channel] = new Claim(owner, name);
        return Errno.Success;
    }

    public void Free(CpuState cpu, int channel)
    {
        if (Claimed(cpu, channel) is null)
            return;
        _controller.Mask(channel);
        _claims[channel] = null;
    }

    /// <summary>The controller, for the owner of a channel. Linux checks nothing; here a stranger is named and refused.</summary>
    public IsaDmaController? Claimed(CpuState cpu, int channel)
    {
        if (IsaDmaController.IsUsable(channel) && _claims[channel] is { } claim && claim.Owner == cpu.Module)
            return _controller;
        string owner = channel is >= 0 and < IsaDmaController.Channels ? NameOf(channel) ?? "nobody" : "no one, there is no such channel";
        _kernel.Error($"{cpu.Module?.Name ?? "kernel"}: DMA channel {channel} used without request_dma(); it belongs to {owner}");
        return null;
    }

    /// <summary>Takes every channel of a module back and disables it.</summary>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<string> names = [];
        for (int channel = 0; channel < _claims.Length; channel++)
        {
            if (_claims[channel] is not { } claim || claim.Owner != owner)
                continue;
            names.Add($"DMA channel {channel} ({claim.Name})");
            _controller.Mask(channel);
            _claims[channel] = null;
        }
        return names;
    }
}
