using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>What happens when checked access fails: the page fault a real CPU would take.</summary>
internal sealed class AccessCalls(Kernel kernel)
{
    /// <summary>Takes the fault.</summary>
    /// <exception cref="KernelOopsException">Always.</exception>
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Fault(MmCpu cpu, VirtualAddress address, bool isWrite)
        => throw kernel.Oops.PageFault(kernel.Cpu(cpu), address, isWrite);

    public PhysicalAddress VirtToPhys(MmCpu cpu, VirtualAddress p)
    {
        if (kernel.Mm.TryVirtToPhys(p, out PhysicalAddress address))
            return address;
        CpuState state = kernel.Cpu(cpu);
        throw kernel.Oops.Bug(state, state.Site, $"virt_to_phys({p}): not in the direct map");
    }
}
