using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/kfifo.h: rings of records, each of which begins with its length in one or two bytes.</summary>
internal static class CFifoRecordExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("__kfifo_max_r", static (ref CCall c) => { uint bytes = c.UInt(); return Longest(bytes, c.Word()); });
        table.Function("__kfifo_len_r", static (ref CCall c) => { CFifo fifo = CFifoExports.Next(ref c); return fifo.PeekLength(c.Word()); });
        table.Function("__kfifo_in_r", In);
        table.Function("__kfifo_out_r", static (ref CCall c) => Out(ref c, takes: true));
        table.Function("__kfifo_out_peek_r", static (ref CCall c) => Out(ref c, takes: false));
        table.Function("__kfifo_skip_r", static (ref CCall c) => { CFifo fifo = CFifoExports.Next(ref c); Skip(fifo, c.Word()); return 0; });
        table.Function("__kfifo_from_user_r", FromUser);
        table.Function("__kfifo_to_user_r", ToUser);
        table.Function("__kfifo_dma_in_prepare_r", PrepareIn);
        table.Function("__kfifo_dma_in_finish_r", FinishIn);
        table.Function("__kfifo_dma_out_prepare_r", PrepareOut);
        table.Function("__kfifo_dma_out_finish_r", static (ref CCall c) => { CFifo fifo = CFifoExports.Next(ref c); Skip(fifo, c.Word()); return 0; });
    }

    private static uint Longest(uint bytes, ulong record) => Math.Min(bytes, record >= 4 ? uint.MaxValue : (1u << (8 * (int)record)) - 1);

    private static bool Fits(CFifo fifo, uint bytes, ulong record) => bytes + record <= fifo.Room;

    private static void Skip(CFifo fifo, ulong record) => fifo.Out += fifo.PeekLength(record) + (uint)record;

    private static void End(CFifo fifo, uint bytes, ulong record)
    {
        fifo.PutLength(bytes, record);
        fifo.In += bytes + (uint)record;
    }

    // A record that does not fit stays out as a whole.
    private static ulong In(ref CCall c)
    {
        (CFifo fifo, VirtualAddress from, uint bytes, ulong record) = (CFifoExports.Next(ref c), c.Pointer(), c.UInt(), c.Word());
        if (!Fits(fifo, bytes, record))
            return 0;
        fifo.CopyIn(from, bytes, fifo.In + (uint)record);
        End(fifo, bytes, record);
        return bytes;
    }

    // What the caller has no room for goes with its record.
    private static ulong Out(ref CCall c, bool takes)
    {
        (CFifo fifo, VirtualAddress to, uint bytes, ulong record) = (CFifoExports.Next(ref c), c.Pointer(), c.UInt(), c.Word());
        if (fifo.Length == 0)
            return 0;
        bytes = Math.Min(bytes, fifo.PeekLength(record));
        fifo.CopyOut(to, bytes, fifo.Out + (uint)record);
        if (takes)
            Skip(fifo, record);
        return bytes;
    }

    private static ulong FromUser(ref CCall c)
    {
        c.Kernel.MightSleep(c.File, c.Line, c.Member);
        (CFifo fifo, ulong from, ulong count, VirtualAddress copied, ulong record) = (CFifoExports.Next(ref c), c.Word(), c.Word(), c.Pointer(), c.Word());
        uint bytes = Longest((uint)Math.Min(count, uint.MaxValue), record);
        if (!Fits(fifo, bytes, record))
            return CFifoExports.Told(ref c, copied, 0, isAll: true);
        if (fifo.MoveUser(from, bytes, fifo.In + (uint)record, isIn: true) != 0)
            return CFifoExports.Told(ref c, copied, 0, isAll: false);
        End(fifo, bytes, record);
        return CFifoExports.Told(ref c, copied, bytes, isAll: true);
    }

    private static ulong ToUser(ref CCall c)
    {
        c.Kernel.MightSleep(c.File, c.Line, c.Member);
        (CFifo fifo, ulong to, ulong count, VirtualAddress copied, ulong record) = (CFifoExports.Next(ref c), c.Word(), c.Word(), c.Pointer(), c.Word());
        if (fifo.Length == 0)
            return CFifoExports.Told(ref c, copied, 0, isAll: true);
        uint bytes = (uint)Math.Min(count, fifo.PeekLength(record));
        if (fifo.MoveUser(to, bytes, fifo.Out + (uint)record, isIn: false) != 0)
            return CFifoExports.Told(ref c, copied, 0, isAll: false);
        Skip(fifo, record);
        return CFifoExports.Told(ref c, copied, bytes, isAll: true);
    }

    private static ulong PrepareIn(ref CCall c)
    {
        (CFifo fifo, VirtualAddress table, int entries, uint bytes, ulong record) = (CFifoExports.Next(ref c), c.Pointer(), c.Int(), c.UInt(), c.Word());
        bytes = Longest(bytes, record);
        return Fits(fifo, bytes, record) ? CFifoExports.FillTable(ref c, fifo, table, entries, fifo.In + (uint)record, bytes) : 0;
    }

    private static ulong FinishIn(ref CCall c)
    {
        (CFifo fifo, uint bytes, ulong record) = (CFifoExports.Next(ref c), c.UInt(), c.Word());
        End(fifo, Longest(bytes, record), record);
        return 0;
    }

    private static ulong PrepareOut(ref CCall c)
    {
        (CFifo fifo, VirtualAddress table, int entries, uint bytes, ulong record) = (CFifoExports.Next(ref c), c.Pointer(), c.Int(), c.UInt(), c.Word());
        bytes = Longest(bytes, record);
        return bytes + record <= fifo.Length ? CFifoExports.FillTable(ref c, fifo, table, entries, fifo.Out + (uint)record, bytes) : 0;
    }
}
