namespace MiniKernel.Hal.X86;

/// <summary>A machine's memory and ports as a core sees them: the direct map at once, all else by asking the kernel.</summary>
internal sealed unsafe class X86MachineBus(Machine machine, ICpuBus bus) : IX86Memory, IX86Platform
{
    // RAM and its shadow stay where they are until the machine is disposed, which outlives its cores.
    private readonly byte* _ram = machine.Memory.Base, _shadow = machine.Shadow is { } shadow ? shadow.Base : null;
    private readonly ulong _pageOffset = (ulong)machine.Profile.PageSize - 1;

    public MemoryExtent Direct => new(machine.Layout.DirectMapBase, machine.Layout.DirectMapSize, _ram, _shadow);

    public bool TryFind(ulong address, MemoryAccess access, out MemoryExtent extent)
    {
        bool isMapped = bus.TryTranslate(address, (CpuAccess)access, out PhysicalAddress physical, out ulong bytes);
        ulong before = address & _pageOffset, start = physical.Value - before;
        extent = isMapped ? new MemoryExtent(address - before, before + bytes, _ram + start, _shadow == null ? null : _shadow + start) : default;
        return isMapped;
    }

    public bool AllowPoisoned(ulong address, int bytes, MemoryAccess access, ulong rip) => bus.MayTouchClosed(address, bytes, (CpuAccess)access, rip);

    public uint ReadPort(ushort port, int bytes) => bus.ReadPort(port, bytes);

    public void WritePort(ushort port, int bytes, uint value) => bus.WritePort(port, bytes, value);

    public ulong ReadTimestamp() => bus.ReadTimestamp();
}
