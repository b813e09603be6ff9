using MiniKernel.Core;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>kmalloc versus kmem_cache_alloc: what do they cost in space, and what does a constructor save?</summary>
/// <remarks>The same work four ways; counters as tables through printk. Time is measured by tools/bench. See README.md beside
/// this file.</remarks>
public sealed class KmallocVersus : IKernelModule, IBootWorkload
{
    internal const string ModuleName = "kmalloc_versus", ModuleDescription = "the same work through kmalloc and through kmem_cache";

    private readonly IntParameter _objects = new("objects", 10_000, "objects held at a time, of all sizes together", min: 5, max: 1_000_000);
    private readonly BoolParameter _align = new("hwcache_align", false, "align the caches' objects to cache lines, as kmalloc's are");
    private readonly BoolParameter _forget = new("forget_put_back", false, "free constructed objects as they are: a mistake");
    private VersusWay[] _ways = [];

    /// <inheritdoc/>
    public string Name => ModuleName;

    /// <inheritdoc/>
    public string Description => ModuleDescription;

    /// <inheritdoc/>
    public IReadOnlyList<ModuleParameter> Parameters => [_objects, _align, _forget];

    /// <inheritdoc/>
    public Errno Init(KernelContext kernel)
    {
        SlabFlags flags = _align.Value ? SlabFlags.HwCacheAlign : SlabFlags.None;
        _ways = [new KmallocConstantWay(), new KmallocVariableWay(), new CacheWay(constructs: false, flags), new CacheWay(constructs: true, flags)];
        for (int i = 0; i < _ways.Length; i++)
        {
            Errno error = _ways[i].Prepare(kernel);
            if (error == Errno.Success)
                continue;
            while (--i >= 0)
                _ways[i].Dispose(kernel);         // undo in reverse order
            return error;
        }
        return Errno.Success;
    }

    /// <inheritdoc/>
    public void Exit(KernelContext kernel)
    {
        for (int i = _ways.Length - 1; i >= 0; i--)
            _ways[i].Dispose(kernel);
    }

    /// <inheritdoc/>
    public WorkloadResult Run(KernelContext kernel)
    {
        List<VersusFigures> figures = [];
        foreach (VersusWay way in _ways)
        {
            VersusRun run = new(way, _objects.Value, _forget.Value);
            WorkloadResult result = run.Run(kernel);
            if (result.Error != Errno.Success)
                return result;
            figures.Add(run.Figures);
        }
        VersusTables.Print(kernel, figures);
        return new(Errno.Success, VersusTables.Summary(figures));
    }
}
