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

    /// <summary>Takes a zeroed object of one of the kernel's caches.</summary>
    /// <returns>Null when there is none.</returns>
    public static VirtualAddress AllocateForC(this Kernel kernel, CpuState cpu, KmemCache cache) =>
        AsKernel(cpu, () => new KernelContext(kernel, cpu.Mm).KmemCacheZalloc(cache, GfpFlags.Kernel, "", 0, cache.Name));

    /// <summary>Gives it back.</summary>
    public static void FreeForC(this Kernel kernel, CpuState cpu, KmemCache cache, VirtualAddress address) =>
        AsKernel(cpu, () =>
        {
            new KernelContext(kernel, cpu.Mm).KmemCacheFree(cache, address, "", 0, cache.Name);
            return address;
        });

    /// <summary>Takes pages for code and data of a module, or for a stack; <see cref="KernelMm.Vfree"/> gives them back.</summary>
    /// <returns>Null when there are none.</returns>
    public static VirtualAddress AllocateCodeForC(this Kernel kernel, CpuState cpu, ulong bytes) =>
        AsKernel(cpu, () => kernel.Mm.ModuleAlloc(cpu.Mm, bytes));

    /// <summary>Gives back what <see cref="AllocateForC(Kernel, CpuState, int, string)"/> took. Null is fine.</summary>
    public static void FreeForC(this Kernel kernel, CpuState cpu, VirtualAddress address) =>
        AsKernel(cpu, () =>
        {
            new KernelContext(kernel, cpu.Mm).Kfree(address);
            return address;
        });

    /// <summary>Makes a cache of the kernel's own.</summary>
    /// <returns>Null when there is no memory for one.</returns>
    public static KmemCache? CreateForC(this Kernel kernel, CpuState cpu, string name, CStruct of, SlabFlags flags) =>
        AsKernel(cpu, () => new KernelContext(kernel, cpu.Mm).KmemCacheCreate(name, (ulong)of.Bytes, 0, flags, null, null, "", 0, name));

    /// <summary>Ends one that nobody needs any more, unless objects of it are in use.</summary>
    /// <returns>What is left of it: null when it is gone.</returns>
    public static KmemCache? DestroyForC(this Kernel kernel, CpuState cpu, KmemCache? cache) => cache is null ? null : AsKernel(cpu, () =>
    {
        KernelContext context = new(kernel, cpu.Mm);
        context.KmemCacheShrink(cache, "", 0, cache.Name);
        bool isInUse = kernel.Mm.SlabInfos().Any(info => info.Name == cache.Name && info.ActiveObjects != 0);
        return !isInUse && context.KmemCacheDestroy(cache, "", 0, cache.Name) ? null : cache;
    });

    /// <summary>Does something in the kernel's own name.</summary>
    public static T AsKernel<T>(CpuState cpu, Func<T> call)
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
