using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>kmalloc and its kin.</content>
public sealed unsafe partial class KernelMm
{
    /// <summary>Takes at least <paramref name="size"/> bytes from the smallest class that holds them, or, with SLOB, exactly.</summary>
    /// <returns>ZERO_SIZE_PTR for 0; null when the size is beyond what there is or no page could be had.</returns>
    public VirtualAddress Kmalloc(MmCpu cpu, ulong size, GfpFlags flags)
    {
        if (size == 0)
            return VirtualAddress.ZeroSizePointer;
        if (!_kmemCacheUp)
            throw Bug(_allocator.SourceFile, "__kmalloc", $"kmalloc({size}) before kmem_cache_init");
        TraceClass(size, flags);
        _calls.Serve(cpu.Id);
        VirtualAddress obj = IsKmallocFailed(cpu, size, flags)
            ? VirtualAddress.Null
            : Open(new VirtualAddress(_allocator.Kmalloc(cpu.Id, size, flags)), size);
        TraceKmalloc(obj, size, flags);
        return obj;
    }

    /// <summary>kmalloc with the object zeroed, the whole class of it.</summary>
    public VirtualAddress Kzalloc(MmCpu cpu, ulong size, GfpFlags flags) => Kmalloc(cpu, size, flags | GfpFlags.Zero);

    /// <summary>Room for <paramref name="count"/> elements, zeroed.</summary>
    /// <returns>Null when the product does not fit the profile's size_t.</returns>
    public VirtualAddress Kcalloc(MmCpu cpu, ulong count, ulong size, GfpFlags flags) =>
        count != 0 && size > _profile.UlongMax / count ? VirtualAddress.Null : Kzalloc(cpu, count * size, flags);

    /// <summary>Moves an allocation to where there is room for <paramref name="size"/> bytes; one large enough stays.</summary>
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

    /// <summary>Gives back what kmalloc returned; nothing for NULL and ZERO_SIZE_PTR. An address of no object is a BUG.</summary>
    public void Kfree(MmCpu cpu, VirtualAddress obj)
    {
        _calls.Serve(cpu.Id);
        try
        {
            if (obj.IsZeroOrNull)
                return;
            Release(cpu, obj.Value);
        }
        finally
        {
            Trace?.Trace(new KfreeEvent(obj, IsOwn: false));
        }
    }

    /// <summary>Usable bytes of an allocation: the size of its class, if there are classes. NULL, or an address of no object, is a
    /// BUG.</summary>
    public ulong Ksize(VirtualAddress obj) => obj == VirtualAddress.ZeroSizePointer ? 0 : _allocator.Ksize(obj.Value);
}
