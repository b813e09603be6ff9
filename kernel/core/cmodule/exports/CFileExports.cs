using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/fs.h: what a driver may put into its file_operations, and what helps it write its own.</summary>
internal static class CFileExports
{
    private const uint Lseek = 4, Pread = 8, Pwrite = 16;   // FMODE_

    public static void AddTo(CExportTable table)
    {
        table.Function("no_llseek", static (ref CCall c) => CCall.Failed(Errno.ESPIPE));
        table.Function("noop_llseek", static (ref CCall c) => c.Get(c.Pointer(), c.Runtime.Structs.File.Position));
        table.Function("default_llseek", DefaultLlseek);
        table.Function("generic_file_llseek", DefaultLlseek);
        table.Function("fixed_size_llseek", FixedLlseek);
        table.Function("nonseekable_open", NonseekableOpen);
        table.Function("simple_open", SimpleOpen);
        table.Function("simple_read_from_buffer", ReadFromBuffer);
        table.Function("simple_write_to_buffer", WriteToBuffer);
        table.Function("capable", static (ref CCall c) => 1);   // whoever works here is root
    }

    private static ulong DefaultLlseek(ref CCall c)
    {
        (VirtualAddress file, long offset, int whence) = (c.Pointer(), (long)c.Wide(), c.Int());
        return CCall.Return(CSeek.Default(c.Kernel, c.Runtime.Structs, file, offset, whence, c.Site));
    }

    private static ulong FixedLlseek(ref CCall c)
    {
        (VirtualAddress file, long offset, int whence, long size) = (c.Pointer(), (long)c.Wide(), c.Int(), (long)c.Wide());
        long origin = whence == 1 ? (long)c.Get(file, c.Runtime.Structs.File.Position) : size;
        if (whence is 0 or 1 or 2 && (whence == 0 ? offset : origin + offset) > size)
            return CCall.Failed(Errno.EINVAL);
        return CCall.Return(CSeek.From(c.Kernel, c.Runtime.Structs, file, origin, offset, whence, c.Site));
    }

    private static ulong NonseekableOpen(ref CCall c)
    {
        (_, VirtualAddress file) = (c.Pointer(), c.Pointer());
        FileStruct members = c.Runtime.Structs.File;
        c.Set(file, members.Mode, c.Get(file, members.Mode) & ~(ulong)(Lseek | Pread | Pwrite));
        return 0;
    }

    private static ulong SimpleOpen(ref CCall c)
    {
        (VirtualAddress inode, VirtualAddress file) = (c.Pointer(), c.Pointer());
        if (c.Get(inode, c.Runtime.Structs.Inode.Private) is not 0 and ulong given)
            c.Set(file, c.Runtime.Structs.File.PrivateData, given);
        return 0;
    }

    private static ulong ReadFromBuffer(ref CCall c)
    {
        (ulong to, ulong count, VirtualAddress position, VirtualAddress from, ulong available) = (c.Word(), c.Word(), c.Pointer(), c.Pointer(), c.Word());
        if (!TryBound(ref c, position, available, ref count, out long pos, out ulong failure))
            return failure;
        Span<byte> there = c.Runtime.User.At(to, count);
        c.Kernel.CopyFrom(from + (ulong)pos, there, c.File, c.Line, c.Member);
        return Moved(ref c, position, pos, there.Length);
    }

    private static ulong WriteToBuffer(ref CCall c)
    {
        (VirtualAddress to, ulong available, VirtualAddress position, ulong from, ulong count) = (c.Pointer(), c.Word(), c.Pointer(), c.Word(), c.Word());
        if (!TryBound(ref c, position, available, ref count, out long pos, out ulong failure))
            return failure;
        ReadOnlySpan<byte> there = c.Runtime.User.At(from, count);
        c.Kernel.CopyTo(to + (ulong)pos, there, c.File, c.Line, c.Member);
        return Moved(ref c, position, pos, there.Length);
    }

    // At the end and beyond, and for nothing, the answer is 0.
    private static bool TryBound(ref CCall c, VirtualAddress position, ulong available, ref ulong count, out long pos, out ulong result)
    {
        c.Kernel.MightSleep(c.File, c.Line, c.Member);
        pos = c.Kernel.Read<long>(position, c.File, c.Line, c.Member);
        result = pos < 0 ? CCall.Failed(Errno.EINVAL) : 0;
        if (pos < 0 || (ulong)pos >= available || count == 0)
            return false;
        count = Math.Min(count, available - (ulong)pos);
        return true;
    }

    private static ulong Moved(ref CCall c, VirtualAddress position, long pos, int bytes)
    {
        if (bytes == 0)
            return CCall.Failed(Errno.EFAULT);
        c.Kernel.Write(position, pos + bytes, c.File, c.Line, c.Member);
        return (ulong)bytes;
    }
}
