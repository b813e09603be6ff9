using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>A kmem_cache for each size, with a constructor or without.</summary>
internal sealed class CacheWay(bool constructs, SlabFlags flags) : VersusWay(constructs ? "kmem_cache, constructor" : "kmem_cache")
{
    private readonly KmemCache?[] _caches = new KmemCache?[VersusObject.Sizes.Count];
    private long _constructed;

    /// <inheritdoc/>
    public override bool Constructs => constructs;

    /// <inheritdoc/>
    public override long ConstructorRuns => _constructed;

    /// <inheritdoc/>
    public override Errno Prepare(KernelContext kernel)
    {
        for (int size = 0; size < _caches.Length; size++)
        {
            _caches[size] = Create(kernel, VersusObject.Sizes[size]);
            if (_caches[size] is null)
            {
                Dispose(kernel);
                return Errno.ENOMEM;
            }
        }
        return Errno.Success;
    }

    /// <inheritdoc/>
    public override void Dispose(KernelContext kernel)
    {
        for (int size = _caches.Length - 1; size >= 0; size--)
        {
            if (_caches[size] is { } cache)
                kernel.KmemCacheDestroy(cache);
            _caches[size] = null;
        }
    }

    /// <inheritdoc/>
    public override void Reset(KernelContext kernel)
    {
        foreach (KmemCache? cache in _caches)
            kernel.KmemCacheShrink(cache!);
        _constructed = 0;
    }

    /// <inheritdoc/>
    public override VirtualAddress Allocate(KernelContext kernel, int size) => kernel.KmemCacheAlloc(_caches[size]!, GfpFlags.Kernel);

    /// <inheritdoc/>
    public override void Free(KernelContext kernel, int size, VirtualAddress p) => kernel.KmemCacheFree(_caches[size]!, p);

    private KmemCache? Create(KernelContext kernel, uint bytes)
    {
        if (!constructs)
            return kernel.KmemCacheCreate($"versus-{bytes}", bytes, flags: flags);
        return kernel.KmemCacheCreate($"versus-{bytes}-ctor", bytes, flags: flags, ctor: (context, p) =>
        {
            _constructed++;
            VersusObject.Construct(context, p, bytes);
        });
    }
}
