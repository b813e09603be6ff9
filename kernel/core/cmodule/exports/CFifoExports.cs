using System.Numerics;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>linux/kfifo.h: what its macros call, for elements; CFifoRecordExports has records.</summary>
internal static class CFifoExports
{
    private const uint MostElements = 1u << 30;

    public static void AddTo(CExportTable table)
    {
        table.Function("__kfifo_alloc", Alloc);
        table.Function("__kfifo_init", Init);
        table.Function("__kfifo_free", Free);
        table.Function("__kfifo_in", In);
        table.Function("__kfifo_out", static (ref CCall c) => Out(ref c, takes: true));
        table.Function("__kfifo_out_peek", static (ref CCall c) => Out(ref c, takes: false));
        table.Function("__kfifo_from_user", static (ref CCall c) => MoveUser(ref c, isIn: true));
        table.Function("__kfifo_to_user", static (ref CCall c) => MoveUser(ref c, isIn: false));
        table.Function("__kfifo_dma_in_prepare", static (ref CCall c) => Prepare(ref c, isIn: true));
        table.Function("__kfifo_dma_out_prepare", static (ref CCall c) => Prepare(ref c, isIn: false));
        CFifoRecordExports.AddTo(table);
    }

    /// <summary>The struct __kfifo that is the call's next argument.</summary>
    internal static CFifo Next(ref CCall c) => new(ref c, c.Pointer());

    /// <summary>Fills a table with the pieces of a part of the ring, as many as it has entries.</summary>
    /// <returns>Entries used.</returns>
    internal static ulong FillTable(ref CCall c, CFifo fifo, VirtualAddress table, int entries, uint at, uint count)
    {
        ScatterlistStruct members = c.Runtime.Structs.Scatterlist;
        ulong used = 0, pageSize = c.Kernel.PageSize;
        foreach ((VirtualAddress address, ulong bytes) in fifo.PiecesAt(at, count))
        {
            if (used == (ulong)Math.Max(entries, 0))
                break;
            ulong physical = c.Kernel.VirtToPhys(address, c.File, c.Line, c.Member).Value;
            VirtualAddress entry = table + (used++ * (ulong)members.Bytes);
            ulong marks = c.Get(entry, members.PageLink) & 3;
            c.Set(entry, members.PageLink, c.Runtime.PageAt(new PageFrameNumber((uint)(physical / pageSize))) | marks);
            c.Set(entry, members.Offset, physical % pageSize);
            c.Set(entry, members.Length, bytes);
        }
        return used;
    }

    private static ulong Alloc(ref CCall c)
    {
        (CFifo fifo, uint size, ulong element, GfpFlags flags) = (Next(ref c), c.UInt(), c.Word(), c.Gfp());
        size = size <= MostElements ? BitOperations.RoundUpToPowerOf2(size) : 0;
        VirtualAddress data = size < 2 ? VirtualAddress.Null : c.Kernel.Kmalloc(size * element, flags, c.File, c.Line, c.Member);
        fifo.Reset(data, data.IsNull ? 0 : size, (uint)element);
        return size < 2 ? CCall.Failed(Errno.EINVAL) : data.IsNull ? CCall.Failed(Errno.ENOMEM) : 0;
    }

    // As many elements as the buffer holds, less what makes them no power of two.
    private static ulong Init(ref CCall c)
    {
        (CFifo fifo, VirtualAddress buffer, uint bytes, ulong element) = (Next(ref c), c.Pointer(), c.UInt(), c.Word());
        uint size = element == 0 ? 0 : (uint)(bytes / element);
        size = size == 0 ? 0 : 1u << BitOperations.Log2(size);
        fifo.Reset(buffer, size < 2 ? 0 : size, (uint)element);
        return size < 2 ? CCall.Failed(Errno.EINVAL) : 0;
    }

    private static ulong Free(ref CCall c)
    {
        CFifo fifo = Next(ref c);
        c.Kernel.Kfree(fifo.Data, c.File, c.Line, c.Member);
        fifo.Reset(VirtualAddress.Null, 0, 0);
        return 0;
    }

    private static ulong In(ref CCall c)
    {
        (CFifo fifo, VirtualAddress from, uint count) = (Next(ref c), c.Pointer(), c.UInt());
        count = Math.Min(count, fifo.Room);
        fifo.CopyIn(from, count, fifo.In);
        fifo.In += count;
        return count;
    }

    private static ulong Out(ref CCall c, bool takes)
    {
        (CFifo fifo, VirtualAddress to, uint count) = (Next(ref c), c.Pointer(), c.UInt());
        count = Math.Min(count, fifo.Length);
        fifo.CopyOut(to, count, fifo.Out);
        if (takes)
            fifo.Out += count;
        return count;
    }

    // Whole elements alone move; what the user's memory has not does not count.
    private static ulong MoveUser(ref CCall c, bool isIn)
    {
        c.Kernel.MightSleep(c.File, c.Line, c.Member);
        (CFifo fifo, ulong user, ulong bytes, VirtualAddress copied) = (Next(ref c), c.Word(), c.Word(), c.Pointer());
        uint element = Math.Max(fifo.ElementBytes, 1), count = (uint)Math.Min(bytes / element, isIn ? fifo.Room : fifo.Length);
        ulong missing = fifo.MoveUser(user, count, isIn ? fifo.In : fifo.Out, isIn);
        count -= (uint)((missing + element - 1) / element);
        if (isIn)
            fifo.In += count;
        else
            fifo.Out += count;
        return Told(ref c, copied, count * element, missing == 0);
    }

    /// <summary>Says how many bytes were copied, and how it went.</summary>
    internal static ulong Told(ref CCall c, VirtualAddress copied, uint bytes, bool isAll)
    {
        c.Kernel.Write(copied, bytes, c.File, c.Line, c.Member);
        return isAll ? 0 : CCall.Failed(Errno.EFAULT);
    }

    private static ulong Prepare(ref CCall c, bool isIn)
    {
        (CFifo fifo, VirtualAddress table, int entries, uint count) = (Next(ref c), c.Pointer(), c.Int(), c.UInt());
        return FillTable(ref c, fifo, table, entries, isIn ? fifo.In : fifo.Out, Math.Min(count, isIn ? fifo.Room : fifo.Length));
    }
}
