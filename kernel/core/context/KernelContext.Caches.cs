using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Prepares an object of a cache when its slab is made, or takes it apart when the slab goes.</summary>
/// <param name="kernel">The kernel, on the CPU that runs.</param>
/// <param name="obj">The object.</param>
[DriverSurface]
public delegate void ObjectFunction(KernelContext kernel, VirtualAddress obj);

/// <content>Caches of equal objects.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>Creates a cache.</summary>
    /// <param name="name">Its name in /proc/slabinfo; must not exist yet.</param>
    /// <param name="size">Bytes of an object.</param>
    /// <param name="align">Alignment asked for; 0 for a word.</param>
    /// <param name="flags">See <see cref="SlabFlags"/>.</param>
    /// <param name="ctor">Runs once per object when a slab is made.</param>
    /// <param name="dtor">Runs once per object when a slab goes.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Null when the name is taken or there is no memory.</returns>
    public KmemCache? KmemCacheCreate(
        string name, ulong size, ulong align = 0, SlabFlags flags = SlabFlags.None, ObjectFunction? ctor = null, ObjectFunction? dtor = null,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.CacheCreate(_cpu, name, size, align, flags, ctor, dtor, file, line, member);

    /// <summary>Destroys a cache; it stays when objects are in use.</summary>
    /// <returns>True when it is gone.</returns>
    public bool KmemCacheDestroy(
        KmemCache? cache, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.CacheDestroy(_cpu, cache, file, line, member);

    /// <summary>Takes an object; null when there is no memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public VirtualAddress KmemCacheAlloc(
        KmemCache cache, GfpFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _cpu.TryAlloc(cache, flags, out VirtualAddress p) ? p : _kernel.Memory.CacheAlloc(_cpu, cache, flags, file, line, member);

    /// <summary>Takes an object, zeroed.</summary>
    public VirtualAddress KmemCacheZalloc(
        KmemCache cache, GfpFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.CacheAlloc(_cpu, cache, flags | GfpFlags.Zero, file, line, member);

    /// <summary>Gives an object back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KmemCacheFree(
        KmemCache cache, VirtualAddress p, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        if (!_cpu.TryFree(cache, p))
            _kernel.Memory.CacheFree(_cpu, cache, p, file, line, member);
    }

    /// <summary>Gives back every slab without objects.</summary>
    /// <returns>0 when no slab is left.</returns>
    public int KmemCacheShrink(
        KmemCache cache, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Memory.CacheShrink(_cpu, cache, file, line, member);

    /// <summary>Registers what can give memory back when there is none left; it returns how many frames or objects it freed.</summary>
    /// <remarks>It may not sleep and must not allocate. Withdrawn with the module.</remarks>
    public Shrinker RegisterShrinker(ShrinkerFunction shrink) => _kernel.Shrinkers.Register(_cpu, shrink);

    /// <summary>Takes a shrinker off.</summary>
    public void UnregisterShrinker(Shrinker shrinker) => _kernel.Shrinkers.Unregister(shrinker);
}
