using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>kmalloc and its kin.</content>
public sealed unsafe partial class KernelMm
{
    /// <summary>Takes at least <paramref name="size"/> bytes from the smallest class that holds them.</summary>
    /// <returns>ZERO_SIZE_PTR for 0; null when the size is beyond the last class or no page could be had.</returns>
    public VirtualAddress Kmalloc(MmCpu cpu, ulong size, GfpFlags flags)
    {
        if (size == 0)
            return VirtualAddress.ZeroSizePointer;
        if (!_kmemCacheUp)
            throw Bug("mm/slab.c", "__find_general_cachep", $"kmalloc({size}) before the kmalloc caches exist");
        KmemCache? cache = _slab.Kmalloc.Find(size, flags);
        TraceClass(size, flags, cache);
        if (cache is null)
            return VirtualAddress.Null;
        VirtualAddress obj = Allocate(cpu, cache, size, flags);
        Trace?.Trace(new KmallocEvent(obj, cache, size, flags, IsOwn: false));
        return obj;
    }

    /// <summary>kmalloc with the object zeroed, the whole class of it.</summary>
    public VirtualAddress Kzalloc(MmCpu cpu, ulong size, GfpFlags flags) => Kmalloc(cpu, size, flags | GfpFlags.Zero);

    /// <summary>Room for <paramref name="count"/> elements, zeroed.</summary>
    /// <returns>Null when the product does not fit the profile's size_t.</returns>
    public VirtualAddress Kcalloc(MmCpu cpu, ulong count, ulong size, GfpFlags flags) =>
        count != 0 && size > _profile.UlongMax / count ? VirtualAddress.Null : Kzalloc(cpu, count * size, flags);

    /// <summary>Moves an allocation to a class that holds <paramref name="size"/> bytes; one large enough stays.</summary>
    /// <returns>The new address; ZERO_SIZE_PTR for 0, with the old one freed; null on failure, with the old one untouched.</returns>
    public VirtualAddress Krealloc(MmCpu cpu, VirtualAddress old, ulong size, GfpFlags flags)
    {
        if (size == 0)
        {
            Kfree(cpu, old);
            return VirtualAddress.ZeroSizePointer;
        }
        ulong held = old.IsNull ? 0 : Ksize(old);
        if (held >= size)
            return Resize(old, size);
        if (old.Value - _map.Base > _map.Size - held && held != 0)
            throw Bug("mm/util.c", "krealloc", $"{old} with {held} bytes reaches beyond memory: it is no object");
        VirtualAddress moved = Kmalloc(cpu, size, flags);
        if (!moved.IsNull && held != 0)
        {
            new ReadOnlySpan<byte>(_map.Host(old.Value), (int)held).CopyTo(new Span<byte>(_map.Host(moved.Value), (int)held));
            Kfree(cpu, old);
        }
        return moved;
    }

    /// <summary>Gives back what kmalloc returned; nothing for NULL and ZERO_SIZE_PTR. An address of no slab is a BUG.</summary>
    public void Kfree(MmCpu cpu, VirtualAddress obj)
    {
        _calls.Serve(cpu.Id);
        try
        {
            if (obj.IsZeroOrNull)
                return;
            KmemCache cache = _slab.CacheOf(obj.Value) ?? throw Bug("mm/slab.c", "kfree", $"{obj} is not in a slab");
            Release(cpu, cache, obj.Value);
        }
        finally
        {
            Trace?.Trace(new KfreeEvent(obj, IsOwn: false));
        }
    }

    /// <summary>Usable bytes of an allocation: the size of its class. NULL, or an address of no slab, is a BUG.</summary>
    public ulong Ksize(VirtualAddress obj)
    {
        if (obj == VirtualAddress.ZeroSizePointer)
            return 0;
        return _slab.CacheOf(obj.Value) is { } cache ? cache.ObjectSize : throw Bug("mm/slab.c", "ksize", $"{obj} is not in a slab");
    }
}
