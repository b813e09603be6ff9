using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/module.h: who keeps a module from being unloaded.</summary>
internal static class CModuleExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("try_module_get", static (ref CCall c) => CCall.Return(TryGet(ref c)));
        table.Function("__module_get", static (ref CCall c) => CCall.Return(TryGet(ref c)));
        table.Function("module_put", Put);
        table.Function("module_refcount", static (ref CCall c) => (ulong)(Module(ref c, "module_refcount", out LoadedModule module) ? module.References : 0));
    }

    private static bool TryGet(ref CCall c)
    {
        if (!Module(ref c, "try_module_get", out LoadedModule module))
            return true;
        if (module.State == ModuleState.Unloading)
            return false;
        module.References++;
        return true;
    }

    private static ulong Put(ref CCall c)
    {
        if (!Module(ref c, "module_put", out LoadedModule module))
            return 0;
        if (module.References == 0)
            c.Runtime.Kernel.Error($"BUG: module_put({module.Name}) at {c.Site}: nobody has got it");
        else
            module.References--;
        return 0;
    }

    // A null pointer is code that is linked into the kernel: nothing to do.
    private static bool Module(ref CCall c, string function, out LoadedModule module)
    {
        VirtualAddress p = c.Pointer();
        module = null!;
        if (p.IsNull)
            return false;
        if (c.Runtime.ModuleAt(p.Value) is not { } code || code.Image!.StructModule != p || c.Runtime.Kernel.Modules.Find(code) is not { } found)
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"{function}({p}): there is no module at that address");
        module = found;
        return true;
    }
}
