using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Gives memory back under pressure.</summary>
/// <param name="kernel">The kernel, in the middle of somebody's allocation: no sleeping, no allocating.</param>
/// <returns>How much was freed; 0 for nothing.</returns>
[DriverSurface]
public delegate uint ShrinkerFunction(KernelContext kernel);

/// <summary>A registered shrinker: what register_shrinker() gives its caller to take it off again.</summary>
[DriverSurface]
public sealed class Shrinker
{
    internal Shrinker(LoadedModule? owner, Func<GfpFlags, uint> function) => (Owner, Function) = (owner, function);

    internal LoadedModule? Owner { get; }

    internal Func<GfpFlags, uint> Function { get; }
}

/// <summary>The shrinkers of all modules, each run behind its module's boundary.</summary>
internal sealed class ShrinkerTable(Kernel kernel)
{
    private readonly List<Shrinker> _shrinkers = [];

    public Shrinker Register(MmCpu cpu, ShrinkerFunction shrink) => Register(cpu, (context, _) => shrink(context));

    /// <summary>Registers one that is told the flags of the request in need.</summary>
    public Shrinker Register(MmCpu cpu, Func<KernelContext, GfpFlags, uint> shrink)
    {
        LoadedModule? owner = kernel.Cpu(cpu).Module;
        Shrinker shrinker = new(owner, flags => kernel.Modules.Boundary.CallIsolated(
            owner, kernel.Current, kernel.Current.Comm, (shrink, flags), static (context, call) => call.shrink(context, call.flags), onOops: 0u));
        _shrinkers.Add(shrinker);
        kernel.Mm.RegisterShrinker(shrinker.Function);
        return shrinker;
    }

    public void Unregister(Shrinker shrinker)
    {
        if (_shrinkers.Remove(shrinker))
            kernel.Mm.UnregisterShrinker(kernel.Current.Mm, shrinker.Function);
    }

    /// <summary>Takes every shrinker of a module off.</summary>
    public int Withdraw(LoadedModule owner)
    {
        Shrinker[] own = _shrinkers.FindAll(shrinker => shrinker.Owner == owner).ToArray();
        foreach (Shrinker shrinker in own)
            Unregister(shrinker);
        return own.Length;
    }
}
