using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>How a cache's objects lie in its slabs: what kmem_cache_create works out before it allocates anything.</summary>
/// <remarks>Pure arithmetic over a profile. Source: Linux 2.6.24 mm/slab.c, kmem_cache_create, cache_estimate and
/// calculate_slab_order, with the limits of 2.6.18 (ARCHITECTURE.md, differences).</remarks>
public sealed record SlabGeometry
{
    /// <summary>sizeof(kmem_bufctl_t).</summary>
    public const uint BufctlBytes = 4;

    /// <summary>alignof(unsigned long long), the same on every profile; also REDZONE_ALIGN and the size of a red zone.</summary>
    public const uint RedZoneBytes = 8;

    private const SlabFlags DebugFlags = SlabFlags.RedZone | SlabFlags.Poison | SlabFlags.StoreUser;

    /// <summary>Flags a caller may give (CREATE_MASK of a kernel with SLAB debugging compiled in).</summary>
    public const SlabFlags CreateMask = DebugFlags | SlabFlags.HwCacheAlign | SlabFlags.CacheDma
        | SlabFlags.ReclaimAccount | SlabFlags.Panic | SlabFlags.DestroyByRcu | SlabFlags.MemSpread;

    /// <summary>The flags in force: red zones and user words are dropped where the alignment forbids them, OffSlab is decided.</summary>
    public required SlabFlags Flags { get; init; }

    /// <summary>Usable bytes of an object (obj_size).</summary>
    public required ulong ObjectSize { get; init; }

    /// <summary>Bytes from one object to the next (buffer_size, slabinfo's objsize).</summary>
    public required ulong BufferSize { get; init; }

    /// <summary>Bytes between the start of a buffer and its object: 8 with a red zone.</summary>
    public required uint ObjectOffset { get; init; }

    /// <summary>Alignment of every object.</summary>
    public required ulong Align { get; init; }

    /// <summary>Objects a slab; 0 with SLOB, which has no slabs.</summary>
    public required uint ObjectsPerSlab { get; init; }

    /// <summary>log2 of the pages a slab; with SLOB, of the pages of an object that takes whole ones.</summary>
    public required int Order { get; init; }

    /// <summary>Bytes of a slab that nothing uses.</summary>
    public required ulong LeftOver { get; init; }

    /// <summary>Distance between colours.</summary>
    public required ulong ColourOffset { get; init; }

    /// <summary>Number of colours; 0 and 1 both mean that every slab starts at offset 0.</summary>
    public required ulong Colours { get; init; }

    /// <summary>Bytes of struct slab and its bufctl array (slab_size).</summary>
    public required ulong ManagementSize { get; init; }

    /// <summary>Pages a slab.</summary>
    public uint PagesPerSlab => 1u << Order;

    /// <summary>False with SLOB, which knows of sizes and alignment only.</summary>
    public bool HasSlabs => ObjectsPerSlab != 0;

    /// <summary>True when struct slab lies in a kmalloc object instead of in the slab.</summary>
    public bool IsOffSlab => (Flags & SlabFlags.OffSlab) != 0;

    /// <summary>True when objects carry red zones, poison or user words.</summary>
    public bool IsDebug => (Flags & DebugFlags) != 0;

    /// <summary>sizeof(struct slab).</summary>
    public static uint SlabStructBytes(HardwareProfile profile) => profile.WordSize == 64 ? 48u : 28u;

    /// <summary>MAX_OBJ_ORDER and MAX_GFP_ORDER of 2.6.18.</summary>
    public static int OrderLimit(HardwareProfile profile) => profile.LargeAllocs ? 13 : profile.Mmu ? 5 : 8;

    /// <summary>The largest object kmem_cache_create accepts.</summary>
    public static ulong SizeLimit(HardwareProfile profile) => (ulong)profile.PageSize << OrderLimit(profile);

    /// <summary>Why kmem_cache_create would not make such a cache: the BUGs of <see cref="EarlyError"/> and
    /// <see cref="FlagError"/>; null when it would try.</summary>
    public static string? Refusal(HardwareProfile profile, ulong size, SlabFlags flags) => EarlyError(profile, size) ?? FlagError(flags);

    /// <summary>What is wrong with a size before anything else is looked at ("Early error in slab"); null when nothing is.</summary>
    public static string? EarlyError(HardwareProfile profile, ulong size)
    {
        if (size < (ulong)profile.WordBytes)
            return $"size {size} is smaller than a pointer ({profile.WordBytes} bytes)";
        return size > SizeLimit(profile) ? $"size {size} is larger than the largest object ({SizeLimit(profile)} bytes)" : null;
    }

    /// <summary>What is wrong with flags, looked at once the name is known to be new; null when nothing is.</summary>
    public static string? FlagError(SlabFlags flags)
    {
        if ((flags & SlabFlags.DestroyByRcu) != 0 && (flags & SlabFlags.Poison) != 0)
            return "SLAB_DESTROY_BY_RCU and SLAB_POISON exclude each other";
        return (flags & ~CreateMask) != 0 ? $"flags 0x{(uint)(flags & ~CreateMask):x} are not known to kmem_cache_create" : null;
    }

    /// <summary>Works out a cache.</summary>
    /// <param name="profile">The machine.</param>
    /// <param name="size">Bytes of an object; <see cref="Refusal"/> has accepted it.</param>
    /// <param name="align">Least alignment, or 0.</param>
    /// <param name="flags">What the caller asked for.</param>
    /// <param name="early">True for the two caches made while slab_early_init is set: they stay on-slab.</param>
    /// <param name="gap">Bytes between objects that nobody may touch: shadow mode's red zone.</param>
    /// <returns>Null when no slab order holds an object ("couldn't create cache").</returns>
    public static SlabGeometry? Compute(HardwareProfile profile, ulong size, ulong align, SlabFlags flags, bool early = false, uint gap = 0)
    {
        ulong word = (ulong)profile.WordBytes, page = (ulong)profile.PageSize;
        if (align > page << OrderLimit(profile))
            return null;
        size = RoundUp(size, word);
        ulong ralign = Math.Max(WantedAlign(profile, ref size, flags), align);
        if (ralign > RedZoneBytes)
            flags &= ~(SlabFlags.RedZone | SlabFlags.StoreUser);

        ulong objectSize = size;
        uint objectOffset = 0;
        if ((flags & SlabFlags.RedZone) != 0)
        {
            objectOffset = RedZoneBytes;
            size += 2 * RedZoneBytes;
        }
        if ((flags & SlabFlags.StoreUser) != 0)
            size += (flags & SlabFlags.RedZone) != 0 ? RedZoneBytes : word;

        size += gap;

        // Tested before the final rounding: a 480-byte HWCACHE object becomes 512 wide but stays on-slab.
        if (size >= page / 8 && !early)
            flags |= SlabFlags.OffSlab;
        size = RoundUp(size, ralign);
        return ChooseOrder(profile, size, ralign, flags) is { } fit
            ? Finish(profile, fit, size, ralign, flags, objectSize, objectOffset, staysAtStart: gap != 0 && objectSize >= page)
            : null;
    }

    /// <summary>The cache of kmem_cache descriptors, whose sizing has no waste rule (kmem_cache_init).</summary>
    public static SlabGeometry OfCacheCache(HardwareProfile profile, uint descriptorBytes)
    {
        ulong line = (ulong)profile.CacheLineSize, size = RoundUp(descriptorBytes, line);
        for (int order = 0; ; order++)
        {
            Fit fit = Estimate(profile, order, size, line, offSlab: false);
            if (fit.Objects != 0)
                return Finish(profile, fit, size, line, SlabFlags.None, descriptorBytes, 0);
        }
    }

    /// <summary>limit, batchcount and shared factor the cache gets (enable_cpucache).</summary>
    public (uint Limit, uint BatchCount, uint Shared) Tunables(HardwareProfile profile)
    {
        ulong page = (ulong)profile.PageSize;
        uint limit = BufferSize > 131072 ? 1u : BufferSize > page ? 8u : BufferSize > 1024 ? 24u : BufferSize > 256 ? 54u : 120u;
        if (IsDebug)
            limit = Math.Min(limit, 32);      // long per-CPU lists hide use after free
        return (limit, (limit + 1) / 2, BufferSize <= page && profile.Cpus > 1 ? 8u : 0u);
    }

    private static ulong WantedAlign(HardwareProfile profile, ref ulong size, SlabFlags flags)
    {
        ulong ralign = (ulong)profile.WordBytes;
        if ((flags & SlabFlags.HwCacheAlign) != 0)
        {
            ralign = (ulong)profile.CacheLineSize;
            while (size <= ralign / 2)
                ralign /= 2;
        }
        if ((flags & SlabFlags.StoreUser) != 0)
            ralign = (ulong)profile.WordBytes;
        if ((flags & SlabFlags.RedZone) != 0)
        {
            ralign = RedZoneBytes;
            size = RoundUp(size, RedZoneBytes);
        }
        return ralign;
    }

    private readonly record struct Fit(int Order, uint Objects, ulong LeftOver);

    private static Fit? ChooseOrder(HardwareProfile profile, ulong size, ulong align, SlabFlags flags)
    {
        bool offSlab = (flags & SlabFlags.OffSlab) != 0;
        ulong offSlabLimit = offSlab ? (size - SlabStructBytes(profile)) / BufctlBytes : ulong.MaxValue;
        int breakOrder = profile.Frames > (32u << 20) >> profile.PageShift ? 1 : 0;
        Fit? chosen = null;
        for (int order = 0; order <= OrderLimit(profile); order++)
        {
            Fit fit = Estimate(profile, order, size, align, offSlab);
            if (fit.Objects == 0)
                continue;
            if (fit.Objects > offSlabLimit)
                break;
            chosen = fit;
            bool wastesLittle = fit.LeftOver * 8 <= (ulong)profile.PageSize << order;
            if ((flags & SlabFlags.ReclaimAccount) != 0 || order >= breakOrder || wastesLittle)
                break;
        }
        return chosen;
    }

    /// <summary>What SLOB can say of a cache: an object's bytes, those it takes, and where it may start.</summary>
    internal static SlabGeometry WithoutSlabs(ulong size, ulong taken, ulong align, SlabFlags flags, int order) => new()
    {
        Flags = flags,
        ObjectSize = size,
        BufferSize = taken,
        ObjectOffset = 0,
        Align = align,
        ObjectsPerSlab = 0,
        Order = order,
        LeftOver = 0,
        ColourOffset = 0,
        Colours = 0,
        ManagementSize = 0,
    };

    /// <summary>cache_estimate: how many objects a slab of that order holds.</summary>
    private static Fit Estimate(HardwareProfile profile, int order, ulong size, ulong align, bool offSlab)
    {
        const ulong slabLimit = uint.MaxValue - 3;      // SLAB_LIMIT: larger indexes mean END, FREE, ACTIVE
        ulong total = (ulong)profile.PageSize << order, header = SlabStructBytes(profile);
        if (offSlab)
            return new Fit(order, (uint)Math.Min(total / size, slabLimit), total % size);
        if (total < header)
            return new Fit(order, 0, total);
        ulong objects = Math.Min((total - header) / (size + BufctlBytes), slabLimit);
        if (RoundUp(header + (objects * BufctlBytes), align) + (objects * size) > total && objects > 0)
            objects--;
        ulong management = RoundUp(header + (objects * BufctlBytes), align);
        return objects == 0 ? new Fit(order, 0, total) : new Fit(order, (uint)objects, total - (objects * size) - management);
    }

    /// <param name="profile">The machine.</param>
    /// <param name="fit">The order chosen.</param>
    /// <param name="size">Bytes from object to object.</param>
    /// <param name="align">Alignment of every object.</param>
    /// <param name="flags">With OffSlab as asked for.</param>
    /// <param name="objectSize">Usable bytes.</param>
    /// <param name="objectOffset">Bytes in front of them.</param>
    /// <param name="staysAtStart">True for large buffers with a gap behind them: without the gap they would fill their slab, and
    /// so be aligned to its size, which is what keeps them within the boundaries of a DMA controller.</param>
    private static SlabGeometry Finish(
        HardwareProfile profile, Fit fit, ulong size, ulong align, SlabFlags flags, ulong objectSize, uint objectOffset, bool staysAtStart = false)
    {
        ulong bare = (fit.Objects * BufctlBytes) + SlabStructBytes(profile), management = RoundUp(bare, align);
        ulong left = fit.LeftOver;
        if ((flags & SlabFlags.OffSlab) != 0 && left >= management && !staysAtStart)
        {
            flags &= ~SlabFlags.OffSlab;        // the waste holds it: no second allocation a slab
            left -= management;
        }
        else if ((flags & SlabFlags.OffSlab) != 0)
        {
            management = bare;
        }
        ulong colourOffset = Math.Max((ulong)profile.CacheLineSize, align);
        return new SlabGeometry
        {
            Flags = flags,
            ObjectSize = objectSize,
            BufferSize = size,
            ObjectOffset = objectOffset,
            Align = align,
            ObjectsPerSlab = fit.Objects,
            Order = fit.Order,
            LeftOver = left,
            ColourOffset = colourOffset,
            Colours = staysAtStart ? 0 : left / colourOffset,
            ManagementSize = management,
        };
    }

    private static ulong RoundUp(ulong value, ulong multiple) => (value + multiple - 1) / multiple * multiple;
}
