using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <content>What cores see: the kernel's page tables, with the rights of the modules' parts, and ports.</content>
internal sealed partial class CRuntime : ICpuBus
{
    /// <inheritdoc/>
    public bool TryTranslate(ulong address, CpuAccess access, out PhysicalAddress physical, out ulong bytes)
    {
        bytes = 0;
        if (!Kernel.Mm.TryTranslate(new VirtualAddress(address), out physical) || !MayAccess(address, access))
            return false;
        ulong page = (ulong)Kernel.Machine.Profile.PageSize;
        bytes = page - (address & (page - 1));
        return true;
    }

    /// <inheritdoc/>
    public uint ReadPort(ushort port, int bytes) => Kernel.Ports.Read(port);

    /// <inheritdoc/>
    public void WritePort(ushort port, int bytes, uint value) => Kernel.Ports.Write(port, value);

    /// <inheritdoc/>
    public ulong ReadTimestamp() => Kernel.Machine.Clock.NowNs;

    // A module's parts begin on pages of their own, so a page has one right.
    private bool MayAccess(ulong address, CpuAccess access)
    {
        ModulePart? part = ModuleAt(address)?.Image!.PartAt(address);
        return access switch
        {
            CpuAccess.Execute => part is { IsExecutable: true },
            CpuAccess.Write => part is null or { IsWritable: true },
            _ => true,
        };
    }
}
