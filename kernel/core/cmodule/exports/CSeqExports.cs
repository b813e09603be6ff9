using System.Globalization;
using System.Text;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>linux/seq_file.h.</summary>
internal static class CSeqExports
{
    private const uint Pwrite = 16;               // FMODE_PWRITE

    public static void AddTo(CExportTable table)
    {
        table.Function("seq_open", static (ref CCall c) => Open(ref c, c.Pointer(), c.Pointer(), out _));
        table.Function("__seq_open_private", static (ref CCall c) => OpenWithState(ref c, c.Pointer(), c.Pointer(), c.UInt()));
        table.Function("seq_open_private", static (ref CCall c) => OpenWithState(ref c, c.Pointer(), c.Pointer(), c.UInt()) == 0 ? CCall.Failed(Errno.ENOMEM) : 0);
        table.Function("seq_read", Read);
        table.Function("seq_lseek", Lseek);
        table.Function("seq_release", static (ref CCall c) => Release(ref c, SecondPointer(ref c), withState: false, withOperations: false));
        table.Function("seq_release_private", static (ref CCall c) => Release(ref c, SecondPointer(ref c), withState: true, withOperations: false));
        table.Function("single_open", static (ref CCall c) => OpenSingle(ref c, c.Pointer(), c.Word(), c.Word(), 0));
        table.Function("single_open_size", static (ref CCall c) => OpenSingle(ref c, c.Pointer(), c.Word(), c.Word(), c.Word()));
        table.Function("single_release", static (ref CCall c) => Release(ref c, SecondPointer(ref c), withState: false, withOperations: true));
        table.Function("__single_start", static (ref CCall c) => { _ = c.Pointer(); return c.Kernel.Read<long>(c.Pointer(), c.File, c.Line, c.Member) == 0 ? 1UL : 0; });
        table.Function("__single_next", static (ref CCall c) => { (_, _) = (c.Word(), c.Word()); Advance(ref c, c.Pointer()); return 0; });
        table.Function("__single_stop", static (ref CCall c) => 0);
        table.Function("seq_printf", Printf, isVariadic: true);
        table.Function("seq_puts", static (ref CCall c) => { CSeqFile m = File(ref c); Print(m, c.Text()); return 0; });
        table.Function("seq_putc", static (ref CCall c) => { CSeqFile m = File(ref c); m.TryPrint([(byte)c.Int()]); return 0; });
        table.Function("seq_write", Write);
        table.Function("seq_put_decimal_ull", static (ref CCall c) => { CSeqFile m = File(ref c); Print(m, Delimited(ref c) + c.Wide().ToString(CultureInfo.InvariantCulture)); return 0; });
        table.Function("seq_put_decimal_ll", static (ref CCall c) => { CSeqFile m = File(ref c); Print(m, Delimited(ref c) + ((long)c.Wide()).ToString(CultureInfo.InvariantCulture)); return 0; });
        table.Function("seq_hex_dump", HexDump);
    }

    /// <summary>seq_open().</summary>
    internal static ulong Open(ref CCall c, VirtualAddress file, VirtualAddress operations, out VirtualAddress m)
    {
        SeqFileStruct members = c.Runtime.Structs.SeqFile;
        FileStruct file_ = c.Runtime.Structs.File;
        m = c.Kernel.Kzalloc((ulong)members.Bytes, GfpFlags.Kernel, c.File, c.Line, c.Member);
        if (m.IsNull)
            return CCall.Failed(Errno.ENOMEM);
        c.Set(m, members.Operations, operations.Value);
        c.Set(m, members.File, file.Value);
        c.Runtime.InitKept(ref c, m + (ulong)members.Lock.Offset, "&p->lock");
        c.Set(file, file_.PrivateData, m.Value);
        c.Set(file, file_.Mode, c.Get(file, file_.Mode) & ~(ulong)Pwrite);
        return 0;
    }

    /// <summary>seq_open_private(): a reader's state is the seq_file's private.</summary>
    /// <returns>The state; 0 when there is no memory.</returns>
    internal static ulong OpenWithState(ref CCall c, VirtualAddress file, VirtualAddress operations, ulong bytes)
    {
        VirtualAddress state = c.Kernel.Kzalloc(bytes, GfpFlags.Kernel, c.File, c.Line, c.Member);
        if (state.IsNull)
            return 0;
        if (Open(ref c, file, operations, out VirtualAddress m) != 0)
        {
            c.Kernel.Kfree(state, c.File, c.Line, c.Member);
            return 0;
        }
        c.Set(m, c.Runtime.Structs.SeqFile.Private, state.Value);
        return state.Value;
    }

    /// <summary>single_open(): one entry, printed by a function.</summary>
    internal static ulong OpenSingle(ref CCall c, VirtualAddress file, ulong show, ulong data, ulong bytes)
    {
        SeqOperationsStruct members = c.Runtime.Structs.SeqOperations;
        VirtualAddress operations = c.Kernel.Kmalloc((ulong)members.Bytes, GfpFlags.Kernel, c.File, c.Line, c.Member);
        if (operations.IsNull)
            return CCall.Failed(Errno.ENOMEM);
        c.Set(operations, members.Start, c.Runtime.Exports.Find("__single_start")!.Address);
        c.Set(operations, members.Next, c.Runtime.Exports.Find("__single_next")!.Address);
        c.Set(operations, members.Stop, c.Runtime.Exports.Find("__single_stop")!.Address);
        c.Set(operations, members.Show, show);
        if (Open(ref c, file, operations, out VirtualAddress m) != 0)
        {
            c.Kernel.Kfree(operations, c.File, c.Line, c.Member);
            return CCall.Failed(Errno.ENOMEM);
        }
        c.Set(m, c.Runtime.Structs.SeqFile.Private, data);
        if (bytes == 0 || new CSeqFile(ref c, m).TryTakeBuffer(bytes))
            return 0;
        c.Kernel.Kfree(m, c.File, c.Line, c.Member);
        c.Kernel.Kfree(operations, c.File, c.Line, c.Member);
        return CCall.Failed(Errno.ENOMEM);
    }

    /// <summary>seq_release(), with the state or the operations that were allocated with it.</summary>
    internal static ulong Release(ref CCall c, VirtualAddress file, bool withState, bool withOperations)
    {
        VirtualAddress m = c.GetPointer(file, c.Runtime.Structs.File.PrivateData);
        CSeqFile seq = new(ref c, m);
        VirtualAddress operations = new(seq[seq.Members.Operations]), state = new(seq[seq.Members.Private]);
        seq.FreeBuffer();
        c.Kernel.Kfree(m, c.File, c.Line, c.Member);
        if (withState)
            c.Kernel.Kfree(state, c.File, c.Line, c.Member);
        if (withOperations)
            c.Kernel.Kfree(operations, c.File, c.Line, c.Member);
        return 0;
    }

    // int (struct inode *, struct file *)
    private static VirtualAddress SecondPointer(ref CCall c)
    {
        _ = c.Pointer();
        return c.Pointer();
    }

    private static ulong Read(ref CCall c)
    {
        (VirtualAddress file, ulong user, ulong size, VirtualAddress position) = (c.Pointer(), c.Word(), c.Word(), c.Pointer());
        c.Kernel.MightSleep(c.File, c.Line, c.Member);
        CSeqFile m = new(ref c, c.GetPointer(file, c.Runtime.Structs.File.PrivateData));
        LockCalls locks = c.Runtime.Kernel.Locks;
        KernelMutex mutex = c.Runtime.Mutexes.At(ref c, m.Lock);
        locks.MutexLock(c.Cpu, mutex);
        try
        {
            long at = c.Kernel.Read<long>(position, c.File, c.Line, c.Member);
            IoResult result = CSeqRead.Read(m, user, size, ref at);
            c.Kernel.Write(position, at, c.File, c.Line, c.Member);
            return CCall.Return(result);
        }
        finally
        {
            locks.MutexUnlock(c.Cpu, mutex);      // also when an oops ends the reader, who could not
        }
    }

    private static ulong Lseek(ref CCall c)
    {
        (VirtualAddress file, long offset, int whence) = (c.Pointer(), (long)c.Wide(), c.Int());
        FileStruct members = c.Runtime.Structs.File;
        CSeqFile m = new(ref c, c.GetPointer(file, members.PrivateData));
        if (whence == 1)
            offset += (long)c.Get(file, members.Position);
        if (whence is not (0 or 1) || offset < 0)
            return CCall.Failed(Errno.EINVAL);
        LockCalls locks = c.Runtime.Kernel.Locks;
        KernelMutex mutex = c.Runtime.Mutexes.At(ref c, m.Lock);
        locks.MutexLock(c.Cpu, mutex);
        try
        {
            bool isThere = CSeqRead.TrySeek(m, offset, out Errno error);
            c.Set(file, members.Position, isThere ? (ulong)offset : 0);
            return isThere ? (ulong)offset : CCall.Failed(error);
        }
        finally
        {
            locks.MutexUnlock(c.Cpu, mutex);
        }
    }

    private static ulong Printf(ref CCall c)
    {
        CSeqFile m = File(ref c);
        return Print(m, CFormat.Format(ref c, c.Text())) ? 0 : ulong.MaxValue;
    }

    private static ulong Write(ref CCall c)
    {
        CSeqFile m = File(ref c);
        (VirtualAddress from, ulong length) = (c.Pointer(), c.Word());
        return m.TryCopy(from, length) ? 0 : ulong.MaxValue;
    }

    // seq_hex_dump(m, prefix, type, row size, group size, buffer, length, with characters)
    private static ulong HexDump(ref CCall c)
    {
        CSeqFile m = File(ref c);
        (string prefix, int type, int row, int group) = (c.Text(), c.Int(), c.Int(), c.Int());
        (VirtualAddress at, ulong length, bool hasText) = (c.Pointer(), c.Word(), (c.Int() & 0xff) != 0);
        byte[] bytes = new byte[Math.Min(length, 1 << 20)];
        c.Kernel.CopyFrom(at, bytes, c.File, c.Line, c.Member);
        foreach (string line in new CHexDump(row, group, hasText).Lines(bytes, at, prefix, type))
            Print(m, line + "\n");
        return 0;
    }

    private static CSeqFile File(ref CCall c) => new(ref c, c.Pointer());

    private static bool Print(CSeqFile m, string text) => m.TryPrint(Encoding.UTF8.GetBytes(text));

    private static string Delimited(ref CCall c)
    {
        VirtualAddress text = c.Pointer();
        return text.IsNull ? "" : c.Runtime.ReadString(c.Kernel, text, c.Site);
    }

    private static void Advance(ref CCall c, VirtualAddress index) =>
        c.Kernel.Write(index, c.Kernel.Read<long>(index, c.File, c.Line, c.Member) + 1, c.File, c.Line, c.Member);
}
