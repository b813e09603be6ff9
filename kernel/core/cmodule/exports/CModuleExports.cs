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
        table.Function("__symbol_get", SymbolGet);
        table.Function("__symbol_put", SymbolPut);
        table.Function("symbol_put_addr", SymbolPutAddress);
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
        if (Module(ref c, "module_put", out LoadedModule module))
            Put(ref c, module);
        return 0;
    }

    private static void Put(ref CCall c, LoadedModule module)
    {
        if (module.References == 0)
            c.Runtime.Kernel.Error($"BUG: module_put({module.Name}) at {c.Site}: nobody has got it");
        else
            module.References--;
    }

    // What a module exports keeps that module loaded until it is put; what is not there is NULL.
    private static ulong SymbolGet(ref CCall c)
    {
        string name = c.Text();
        if (c.Runtime.Exports.Find(name) is { } export)
        {
            export.Prepare?.Invoke();
            return export.Address;
        }
        if (c.Runtime.ExportOfModule(name, out LoadedModule? owner) is not { } address)
            return 0;
        owner!.References++;
        return address;
    }

    private static ulong SymbolPut(ref CCall c)
    {
        string name = c.Text();
        if (c.Runtime.Exports.Find(name) is not null)
            return 0;
        if (c.Runtime.ExportOfModule(name, out LoadedModule? owner) is null)
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"symbol_put({name}): nobody exports it");
        Put(ref c, owner!);
        return 0;
    }

    private static ulong SymbolPutAddress(ref CCall c)
    {
        VirtualAddress address = c.Pointer();
        if (c.Runtime.Exports.All.Any(export => export.Address == address.Value))
            return 0;
        if (c.Runtime.ModuleAt(address.Value) is not { } code || c.Runtime.Kernel.Modules.Find(code) is not { } module)
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"symbol_put_addr({address}): no module lies there");
        Put(ref c, module);
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
