namespace MiniKernel.Hal.X86;

/// <summary>A machine's memory and ports as a core sees them: the direct map at once, all else by asking the kernel.</summary>
internal sealed unsafe class X86MachineBus(Machine machine, ICpuBus bus) : IX86Memory, IX86Platform
{
    // RAM stays where it is until the machine is disposed, which outlives its cores.
    public MemoryExtent Direct { get; } = new(machine.Layout.DirectMapBase, machine.Layout.DirectMapSize, machine.Memory.Base);

    public bool TryFind(ulong address, MemoryAccess access, out MemoryExtent extent)
    {
        bool isMapped = bus.TryTranslate(address, (CpuAccess)access, out PhysicalAddress physical, out ulong bytes);
        extent = isMapped ? new MemoryExtent(address, bytes, machine.Memory.Base + physical.Value) : default;
        return isMapped;
    }

    public bool AllowPoisoned(ulong address, int bytes, MemoryAccess access, ulong rip) => true;

    public uint ReadPort(ushort port, int bytes) => bus.ReadPort(port, bytes);

    public void WritePort(ushort port, int bytes, uint value) => bus.WritePort(port, bytes, value);

    public ulong ReadTimestamp() => bus.ReadTimestamp();
}
