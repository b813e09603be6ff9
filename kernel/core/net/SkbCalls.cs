using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Buffers for packets (Linux 2.6.24 net/core/skbuff.c). Their header lies in simulated memory, where a driver can
/// spoil it: what is read back is looked at before it is used.</summary>
internal sealed class SkbCalls(Kernel kernel)
{
    // The header: three 32-bit offsets from the start of the data, protocol, mark.
    private const ulong DataOffset = 0, TailOffset = 4, EndOffset = 8, ProtocolOffset = 12, MarkOffset = 14, HeaderBytes = 16;
    private const ushort Mark = 0x5b1f;
    private const uint FreedTail = uint.MaxValue;   // no buffer is that long: whoever uses it once more is found out

    public SkBuffCache? CreateCache(CpuState cpu, string name, uint bytes, int reserve)
    {
        if (bytes == 0 || reserve < 0)
            return null;
        CallSite site = cpu.Site;
        KmemCache? objects = kernel.Memory.CacheCreate(
            cpu.Mm, name, HeaderBytes + bytes, 0, SlabFlags.HwCacheAlign, (context, obj) => Construct(context, obj, bytes), null, site.File, site.Line, site.Member);
        if (objects is null)
            return null;
        if (reserve == 0)
            return new SkBuffCache(name, bytes, objects, null);
        Mempool? pool = kernel.Memory.MempoolCreateSlabPool(cpu.Mm, reserve, objects, site.File, site.Line, site.Member);
        if (pool is not null)
            return new SkBuffCache(name, bytes, objects, pool);
        kernel.Memory.CacheDestroy(cpu.Mm, objects, site.File, site.Line, site.Member);
        return null;
    }

    /// <returns>False, and a message, while buffers are not back.</returns>
    public bool DestroyCache(CpuState cpu, SkBuffCache cache)
    {
        CallSite site = cpu.Site;
        if (cache.InUse != 0)
        {
            kernel.Error($"{cache.Name}: {cache.InUse} buffers are still in use");
            return false;
        }
        if (cache.Reserve is { } reserve)
            kernel.Memory.MempoolDestroy(cpu.Mm, reserve, site.File, site.Line, site.Member);
        return kernel.Memory.CacheDestroy(cpu.Mm, cache.Objects, site.File, site.Line, site.Member);
    }

    /// <summary>alloc_skb(): an empty buffer.</summary>
    public SkBuff Alloc(CpuState cpu, SkBuffCache cache, GfpFlags flags)
    {
        CallSite site = cpu.Site;
        VirtualAddress p = cache.Reserve is { } reserve
            ? kernel.Memory.MempoolAlloc(cpu.Mm, reserve, flags, site.File, site.Line, site.Member)
            : kernel.Memory.CacheAlloc(cpu.Mm, cache.Objects, flags, site.File, site.Line, site.Member);
        if (p.IsNull)
            return default;
        cache.InUse++;
        Set(cpu, p + DataOffset, 0u);
        Set(cpu, p + TailOffset, 0u);
        Set(cpu, p + ProtocolOffset, (ushort)0);
        return new SkBuff(p, cache);
    }

    /// <summary>kfree_skb(); a null one is fine.</summary>
    public void Free(CpuState cpu, SkBuff skb)
    {
        if (skb.IsNull)
            return;
        Check(cpu, skb);
        CallSite site = cpu.Site;
        skb.Cache!.InUse--;
        Set(cpu, skb.Address + TailOffset, FreedTail);
        if (skb.Cache.Reserve is { } reserve)
            kernel.Memory.MempoolFree(cpu.Mm, skb.Address, reserve, site.File, site.Line, site.Member);
        else
            kernel.Memory.CacheFree(cpu.Mm, skb.Cache.Objects, skb.Address, site.File, site.Line, site.Member);
    }

    public uint Length(CpuState cpu, SkBuff skb)
    {
        (uint data, uint tail) = Check(cpu, skb);
        return tail - data;
    }

    public VirtualAddress Data(CpuState cpu, SkBuff skb) => BufferOf(skb) + Check(cpu, skb).Data;

    public ushort Protocol(CpuState cpu, SkBuff skb)
    {
        Check(cpu, skb);
        cpu.Mm.TryGetSpan(skb.Address + ProtocolOffset, sizeof(ushort), out Span<byte> protocol);
        return MemoryMarshal.Read<ushort>(protocol);
    }

    public void SetProtocol(CpuState cpu, SkBuff skb, ushort protocol)
    {
        Check(cpu, skb);
        Set(cpu, skb.Address + ProtocolOffset, protocol);
    }

    /// <summary>skb_put(): more data at the end.</summary>
    /// <returns>Where they begin.</returns>
    public VirtualAddress Put(CpuState cpu, SkBuff skb, uint bytes)
    {
        (_, uint tail) = Check(cpu, skb);
        if (bytes > skb.Cache!.BufferBytes - tail)
            throw kernel.Oops.Bug(cpu, cpu.Site, $"skb_over_panic: put:{bytes} tail:{tail} end:{skb.Cache.BufferBytes} dev:<NULL>");
        Set(cpu, skb.Address + TailOffset, tail + bytes);
        return BufferOf(skb) + tail;
    }

    /// <summary>skb_push(): more data in front.</summary>
    /// <returns>Where they begin.</returns>
    public VirtualAddress Push(CpuState cpu, SkBuff skb, uint bytes)
    {
        (uint data, _) = Check(cpu, skb);
        if (bytes > data)
            throw kernel.Oops.Bug(cpu, cpu.Site, $"skb_under_panic: put:{bytes} data:{data} dev:<NULL>");
        Set(cpu, skb.Address + DataOffset, data - bytes);
        return BufferOf(skb) + (data - bytes);
    }

    /// <summary>skb_pull(): takes data off the front.</summary>
    /// <returns>Where what is left begins; null when there is less.</returns>
    public VirtualAddress Pull(CpuState cpu, SkBuff skb, uint bytes)
    {
        (uint data, uint tail) = Check(cpu, skb);
        if (bytes > tail - data)
            return VirtualAddress.Null;
        Set(cpu, skb.Address + DataOffset, data + bytes);
        return BufferOf(skb) + (data + bytes);
    }

    /// <summary>skb_reserve(): room in front of an empty buffer's data.</summary>
    public void Reserve(CpuState cpu, SkBuff skb, uint bytes)
    {
        (uint data, uint tail) = Check(cpu, skb);
        if (data != tail || bytes > skb.Cache!.BufferBytes - tail)
            throw kernel.Oops.Bug(cpu, cpu.Site, $"skb_reserve(): {bytes} bytes with data:{data} tail:{tail}");
        Set(cpu, skb.Address + DataOffset, data + bytes);
        Set(cpu, skb.Address + TailOffset, tail + bytes);
    }

    private static (uint Data, uint Tail, uint End, ushort Mark) Parse(ReadOnlySpan<byte> header) => (
        MemoryMarshal.Read<uint>(header[(int)DataOffset..]), MemoryMarshal.Read<uint>(header[(int)TailOffset..]),
        MemoryMarshal.Read<uint>(header[(int)EndOffset..]), MemoryMarshal.Read<ushort>(header[(int)MarkOffset..]));

    private static void Set<T>(CpuState cpu, VirtualAddress field, T value)
        where T : unmanaged
    {
        if (cpu.Mm.TryGetSpan(field, (ulong)Unsafe.SizeOf<T>(), out Span<byte> bytes))
            MemoryMarshal.Write(bytes, in value);
    }

    private static VirtualAddress BufferOf(SkBuff skb) => skb.Address + HeaderBytes;

    private static void Construct(KernelContext context, VirtualAddress obj, uint bytes)
    {
        context.Write(obj + EndOffset, bytes);
        context.Write(obj + MarkOffset, Mark);
    }

    // A header that cannot be: somebody wrote over it, or it is no buffer (any more).
    private (uint Data, uint Tail) Check(CpuState cpu, SkBuff skb)
    {
        if (skb.Cache is not { } cache)
            throw kernel.Oops.Bug(cpu, cpu.Site, "NULL sk_buff");
        bool isRead = cpu.Mm.TryGetSpan(skb.Address, HeaderBytes, out Span<byte> header);
        if (isRead)
            kernel.Shadow?.Check(cpu.Mm, skb.Address, HeaderBytes, isWrite: false, cpu.Site.File, cpu.Site.Line, cpu.Site.Member);
        (uint data, uint tail, uint end, ushort mark) = isRead ? Parse(header) : default;
        if (!isRead || mark != Mark || end != cache.BufferBytes || data > tail || tail > end)
            throw kernel.Oops.Bug(cpu, cpu.Site, $"sk_buff at {skb.Address} of {cache.Name} is corrupted: data:{data} tail:{tail} end:{end}");
        return (data, tail);
    }
}
