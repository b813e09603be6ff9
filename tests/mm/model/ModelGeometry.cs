using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests.Model;

/// <summary>How a cache cuts pages into objects, and its tunables: linux-mm.md b.3 to b.6 and c.4.</summary>
internal sealed record ModelGeometry
{
    public const int BufctlBytes = 4;

    private const int AlignOfU64 = 8;

    public required uint Flags { get; init; }

    public required ulong ObjectSize { get; init; }

    public required ulong ObjectOffset { get; init; }

    public required ulong BufferSize { get; init; }

    public required int Num { get; init; }

    public required int Order { get; init; }

    public required bool OffSlab { get; init; }

    /// <summary>Bytes of struct slab and bufctl array.</summary>
    public required ulong ManagementBytes { get; init; }

    public required ulong ColourOff { get; init; }

    public required ulong Colour { get; init; }

    public required int Limit { get; init; }

    public required int Batch { get; init; }

    public required int Shared { get; init; }

    public static ulong SlabStructBytes(HardwareProfile profile) => profile.WordSize == 32 ? 28u : 48u;

    /// <summary>MAX_OBJ_ORDER and MAX_GFP_ORDER of 2.6.18.</summary>
    public static int OrderCap(HardwareProfile profile) => profile.LargeAllocs ? 13 : profile.Mmu ? 5 : 8;

    /// <summary>The geometry of a cache; null when no order fits.</summary>
    public static ModelGeometry? Compute(HardwareProfile profile, ulong size, ulong align, uint flags, bool earlyInit)
    {
        ulong word = (ulong)profile.WordBytes, line = (ulong)profile.CacheLineSize;
        ulong redZoneAlign = Math.Max(word, AlignOfU64);
        size = Up(size, word);
        ulong ralign = word;
        if ((flags & SlabBits.HwCacheAlign) != 0)
        {
            ralign = line;
            while (size <= ralign / 2)
                ralign /= 2;
        }
        if ((flags & SlabBits.StoreUser) != 0)
            ralign = word;
        if ((flags & SlabBits.RedZone) != 0)
        {
            ralign = redZoneAlign;
            size = Up(size, redZoneAlign);
        }
        ralign = Math.Max(ralign, align);
        if (ralign > AlignOfU64)
            flags &= ~(SlabBits.RedZone | SlabBits.StoreUser);
        align = ralign;

        ulong objectSize = size, objectOffset = 0;
        if ((flags & SlabBits.RedZone) != 0)
        {
            objectOffset += 8;
            size += 16;
        }
        if ((flags & SlabBits.StoreUser) != 0)
            size += (flags & SlabBits.RedZone) != 0 ? redZoneAlign : word;

        bool offSlab = size >= (ulong)profile.PageSize / 8 && !earlyInit;
        size = Up(size, align);
        if (ChooseOrder(profile, size, align, flags, offSlab) is not { } fit)
            return null;
        ulong left = fit.Left;
        ulong management = Up((ulong)fit.Num * BufctlBytes + SlabStructBytes(profile), align);
        if (offSlab && left >= management)
        {
            offSlab = false;
            left -= management;
        }
        if (offSlab)
            management = (ulong)fit.Num * BufctlBytes + SlabStructBytes(profile);
        ulong colourOff = Math.Max(line, align);
        (int limit, int batch, int shared) = Tunables(profile, size, (flags & SlabBits.Debug) != 0);
        return new ModelGeometry
        {
            Flags = flags,
            ObjectSize = objectSize,
            ObjectOffset = objectOffset,
            BufferSize = size,
            Num = fit.Num,
            Order = fit.Order,
            OffSlab = offSlab,
            ManagementBytes = management,
            ColourOff = colourOff,
            Colour = left / colourOff,
            Limit = limit,
            Batch = batch,
            Shared = shared,
        };
    }

    /// <summary>cache_cache: the smallest order that holds an object, on-slab, whatever the waste.</summary>
    public static ModelGeometry ForCacheCache(HardwareProfile profile, ulong descriptorBytes)
    {
        ulong line = (ulong)profile.CacheLineSize, size = Up(descriptorBytes, line);
        int order = 0;
        (int num, ulong left) = Estimate(profile, order, size, line, false);
        while (num == 0)
            (num, left) = Estimate(profile, ++order, size, line, false);
        (int limit, int batch, int shared) = Tunables(profile, size, false);
        return new ModelGeometry
        {
            Flags = 0,
            ObjectSize = size,
            ObjectOffset = 0,
            BufferSize = size,
            Num = num,
            Order = order,
            OffSlab = false,
            ManagementBytes = Up((ulong)num * BufctlBytes + SlabStructBytes(profile), line),
            ColourOff = line,
            Colour = left / line,
            Limit = limit,
            Batch = batch,
            Shared = shared,
        };
    }

    /// <summary>cache_estimate.</summary>
    public static (int Num, ulong Left) Estimate(HardwareProfile profile, int order, ulong size, ulong align, bool offSlab)
    {
        ulong total = (ulong)profile.PageSize << order, header = SlabStructBytes(profile);
        if (offSlab)
            return ((int)(total / size), total % size);
        if (total < header)
            return (0, 0);
        ulong num = (total - header) / (size + BufctlBytes);
        if (Management(num) + num * size > total)
            num--;
        return num == 0 ? (0, 0) : ((int)num, total - num * size - Management(num));

        ulong Management(ulong objects) => Up(header + objects * BufctlBytes, align);
    }

    /// <summary>enable_cpucache.</summary>
    public static (int Limit, int Batch, int Shared) Tunables(HardwareProfile profile, ulong bufferSize, bool debug)
    {
        int limit = bufferSize > 131072 ? 1 : bufferSize > (ulong)profile.PageSize ? 8 : bufferSize > 1024 ? 24 : bufferSize > 256 ? 54 : 120;
        int shared = bufferSize <= (ulong)profile.PageSize && profile.Cpus > 1 ? 8 : 0;
        if (debug)
            limit = Math.Min(limit, 32);
        return (limit, (limit + 1) / 2, shared);
    }

    /// <summary>calculate_slab_order.</summary>
    public static (int Order, int Num, ulong Left)? ChooseOrder(HardwareProfile profile, ulong size, ulong align, uint flags, bool offSlab)
    {
        int breakOrder = profile.Frames > (32u << 20) / (uint)profile.PageSize ? 1 : 0;
        (int Order, int Num, ulong Left)? accepted = null;
        for (int order = 0; order <= OrderCap(profile); order++)
        {
            (int num, ulong left) = Estimate(profile, order, size, align, offSlab);
            if (num == 0)
                continue;
            if (offSlab && (ulong)num > (size - SlabStructBytes(profile)) / BufctlBytes)
                break;
            accepted = (order, num, left);
            if ((flags & SlabBits.ReclaimAccount) != 0 || order >= breakOrder || left * 8 <= (ulong)profile.PageSize << order)
                break;
        }
        return accepted;
    }

    public static ulong Up(ulong value, ulong multiple) => (value + multiple - 1) / multiple * multiple;
}
