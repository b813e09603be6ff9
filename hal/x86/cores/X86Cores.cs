namespace MiniKernel.Hal.X86;

/// <summary>Makes x86 cores of the machine's word size, whatever machine its profile stands for.</summary>
public sealed class X86Cores : ICpuCores
{
    /// <inheritdoc/>
    public ICpuCore Create(Machine machine, ICpuBus bus, CpuTraps traps)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return new X86CpuCore(machine, bus, traps);
    }
}
