using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Memory the kernel itself takes so that C code can run, and for structures it sees: nobody's module, so no fault rule fails it and
/// no leak report names it.</summary>
internal static class CKernelMemory
{
    /// <summary>Takes zeroed bytes.</summary>
    /// <returns>Null when there are none.</returns>
    public static VirtualAddress AllocateForC(this Kernel kernel, CpuState cpu, int bytes, string what) =>
        AsKernel(cpu, () => new KernelContext(kernel, cpu.Mm).Kzalloc((ulong)bytes, GfpFlags.Kernel, "", 0, what));

    /// <summary>Takes pages for code and data of a module, or for a stack; <see cref="KernelMm.Vfree"/> gives them back.</summary>
    /// <returns>Null when there are none.</returns>
    public static VirtualAddress AllocateCodeForC(this Kernel kernel, CpuState cpu, ulong bytes) =>
        AsKernel(cpu, () => kernel.Mm.ModuleAlloc(cpu.Mm, bytes));

    /// <summary>Gives back what <see cref="AllocateForC"/> took. Null is fine.</summary>
    public static void FreeForC(this Kernel kernel, CpuState cpu, VirtualAddress address) =>
        AsKernel(cpu, () =>
        {
            new KernelContext(kernel, cpu.Mm).Kfree(address);
            return address;
        });

    private static VirtualAddress AsKernel(CpuState cpu, Func<VirtualAddress> call)
    {
        LoadedModule? module = cpu.Module;
        cpu.Module = null;
        try
        {
            return call();
        }
        finally
        {
            cpu.Module = module;
        }
    }
}
