using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/shrinker.h.</summary>
internal static class CShrinkerExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("register_shrinker", Register);
        table.Function("unregister_shrinker", Unregister);
    }

    private static ulong Register(ref CCall c)
    {
        VirtualAddress address = c.Pointer();
        if (c.Runtime.Shrinkers.Find(address) is not null)
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"register_shrinker({address}): it is registered already");
        CShrinker shrinker = new(c.Runtime, c.Module, address);
        c.Runtime.Shrinkers.Set(address, c.Module, c.Runtime.Kernel.Shrinkers.Register(c.Cpu.Mm, shrinker.Shrink));
        return 0;
    }

    private static ulong Unregister(ref CCall c)
    {
        VirtualAddress address = c.Pointer();
        if (c.Runtime.Shrinkers.Find(address) is not { } shrinker)
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"unregister_shrinker({address}): it is not registered");
        c.Kernel.UnregisterShrinker(shrinker);
        c.Runtime.Shrinkers.Remove(address);
        return 0;
    }
}
