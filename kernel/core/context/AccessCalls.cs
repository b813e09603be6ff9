using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>What happens when checked access misses the direct map: a look into the page table, else the page fault a real
/// CPU would take.</summary>
internal sealed partial class AccessCalls(Kernel kernel)
{
    /// <summary>Takes the fault.</summary>
    /// <exception cref="KernelOopsException">Always.</exception>
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Fault(MmCpu cpu, VirtualAddress address, ulong length, bool isWrite, string file, int line, string member)
    {
        CpuState state = kernel.Cpu(cpu);
        state.Site = new CallSite(file, line, member);
        kernel.Shadow?.BeforeFault(state, address, length, isWrite);
        throw kernel.Oops.PageFault(state, address, isWrite);
    }

    public PhysicalAddress VirtToPhys(MmCpu cpu, VirtualAddress p, string file, int line, string member)
    {
        if (kernel.Mm.TryVirtToPhys(p, out PhysicalAddress address))
            return address;
        CpuState state = kernel.Cpu(cpu);
        throw kernel.Oops.Bug(state, new CallSite(file, line, member), $"virt_to_phys({p}): not in the direct map");
    }
}
