using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Memory the kernel itself takes for structures C code sees: nobody's module, so no fault rule fails it and no leak report names it.</summary>
internal static class CKernelMemory
{
    /// <summary>Takes zeroed bytes.</summary>
    /// <returns>Null when there are none.</returns>
    public static VirtualAddress AllocateForC(this Kernel kernel, CpuState cpu, int bytes, string what)
    {
        LoadedModule? module = cpu.Module;
        cpu.Module = null;
        try
        {
            return new KernelContext(kernel, cpu.Mm).Kzalloc((ulong)bytes, GfpFlags.Kernel, "", 0, what);
        }
        finally
        {
            cpu.Module = module;
        }
    }

    /// <summary>Gives them back. Null is fine.</summary>
    public static void FreeForC(this Kernel kernel, CpuState cpu, VirtualAddress address)
    {
        LoadedModule? module = cpu.Module;
        cpu.Module = null;
        try
        {
            new KernelContext(kernel, cpu.Mm).Kfree(address);
        }
        finally
        {
            cpu.Module = module;
        }
    }
}
