using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/uaccess.h: the one way to the memory of whoever made the system call.</summary>
internal static class CUserExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("copy_to_user", static (ref CCall c) => Sleepy(ref c).CopyToUser(ref c));
        table.Function("copy_from_user", static (ref CCall c) => Sleepy(ref c).CopyFromUser(ref c));
        table.Function("__copy_to_user_inatomic", static (ref CCall c) => c.Runtime.User.CopyToUser(ref c));
        table.Function("__copy_from_user_inatomic", static (ref CCall c) => c.Runtime.User.CopyFromUser(ref c));
        table.Function("clear_user", ClearUser);
        table.Function("strncpy_from_user", CopyString);
        table.Function("strnlen_user", StringLength);
    }

    // A page of the user's may have to be fetched.
    private static CUserSpace Sleepy(ref CCall c)
    {
        c.Kernel.MightSleep(c.File, c.Line, c.Member);
        return c.Runtime.User;
    }

    // All return the bytes that were not copied.
    private static ulong CopyToUser(this CUserSpace user, ref CCall c)
    {
        (ulong to, VirtualAddress from, ulong count) = (c.Word(), c.Pointer(), c.Word());
        Span<byte> there = user.At(to, count);
        c.Kernel.CopyFrom(from, there, c.File, c.Line, c.Member);
        return count - (ulong)there.Length;
    }

    // What could not be copied is zero, so that no driver goes by what was there before.
    private static ulong CopyFromUser(this CUserSpace user, ref CCall c)
    {
        (VirtualAddress to, ulong from, ulong count) = (c.Pointer(), c.Word(), c.Word());
        ReadOnlySpan<byte> there = user.At(from, count);
        c.Kernel.CopyTo(to, there, c.File, c.Line, c.Member);
        ulong missing = count - (ulong)there.Length;
        if (missing != 0 && user.Contains(from))
            c.Kernel.Memset(to + (ulong)there.Length, 0, missing, c.File, c.Line, c.Member);
        return missing;
    }

    private static ulong ClearUser(ref CCall c)
    {
        CUserSpace user = Sleepy(ref c);
        (ulong to, ulong count) = (c.Word(), c.Word());
        Span<byte> there = user.At(to, count);
        there.Clear();
        return count - (ulong)there.Length;
    }

    // Returns the length without the 0 at the end; the whole count when there is none among so many bytes.
    private static ulong CopyString(ref CCall c)
    {
        CUserSpace user = Sleepy(ref c);
        (VirtualAddress to, ulong from, ulong count) = (c.Pointer(), c.Word(), c.Word());
        ReadOnlySpan<byte> there = user.At(from, count);
        int end = there.IndexOf((byte)0);
        if (end < 0 && (ulong)there.Length < count)
            return CCall.Failed(Errno.EFAULT);
        c.Kernel.CopyTo(to, end < 0 ? there : there[..(end + 1)], c.File, c.Line, c.Member);
        return end < 0 ? count : (ulong)end;
    }

    // With the 0 at the end; more than the count when there is none among so many bytes, 0 when it cannot be read.
    private static ulong StringLength(ref CCall c)
    {
        CUserSpace user = Sleepy(ref c);
        (ulong from, ulong count) = (c.Word(), c.Word());
        ReadOnlySpan<byte> there = user.At(from, count);
        int end = there.IndexOf((byte)0);
        if (end >= 0)
            return (ulong)end + 1;
        return (ulong)there.Length < count ? 0 : count + 1;
    }
}
