using MiniKernel.Hal;
using MiniKernel.Hal.X86;

namespace MiniKernel.Cli.Hosting;

/// <summary>The emulated core, loaded when the first C module is: a boot without one does not pay for it.</summary>
internal sealed class X86CoresWhenNeeded : ICpuCores
{
    /// <inheritdoc/>
    public ICpuCore Create(Machine machine, ICpuBus bus, CpuTraps traps) => new X86Cores().Create(machine, bus, traps);
}
