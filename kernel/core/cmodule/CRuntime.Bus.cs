using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <content>What cores see: the kernel's page tables, with the rights of the modules' parts, and ports.</content>
internal sealed partial class CRuntime : ICpuBus
{
    private long _portNs;

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
    public uint ReadPort(ushort port, int bytes)
    {
        _portNs += (long)VirtualTimeCosts.DeviceAccessNs;
        return bytes == 1 ? Kernel.Ports.ReadByte(port) : Kernel.Ports.Read(port);
    }

    /// <inheritdoc/>
    public void WritePort(ushort port, int bytes, uint value)
    {
        _portNs += (long)VirtualTimeCosts.DeviceAccessNs;
        if (bytes == 1)
            Kernel.Ports.WriteByte(port, (byte)value);
        else
            Kernel.Ports.Write(port, value);
    }

    /// <inheritdoc/>
    public ulong ReadTimestamp() => Kernel.Machine.Clock.NowNs;

    // What the bus cycles since the last time took.
    private long TakePortTime()
    {
        long taken = _portNs;
        _portNs = 0;
        return taken;
    }

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
