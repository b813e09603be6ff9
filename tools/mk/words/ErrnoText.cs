using MiniKernel.Core;

namespace MiniKernel.Cli.Words;

/// <summary>strerror(): an errno as programs show it to people (texts of POSIX systems' errno list).</summary>
internal static class ErrnoText
{
    /// <summary>"Device or resource busy (-EBUSY)".</summary>
    public static string Of(Errno error) => $"{Text(error)} (-{error})";

    private static string Text(Errno error) => error switch
    {
        Errno.EPERM => "Operation not permitted",
        Errno.ENOENT => "No such file or directory",
        Errno.ESRCH => "No such process",
        Errno.EINTR => "Interrupted system call",
        Errno.EIO => "Input/output error",
        Errno.ENXIO => "No such device or address",
        Errno.E2BIG => "Argument list too long",
        Errno.EBADF => "Bad file descriptor",
        Errno.EAGAIN => "Resource temporarily unavailable",
        Errno.ENOMEM => "Cannot allocate memory",
        Errno.EACCES => "Permission denied",
        Errno.EFAULT => "Bad address",
        Errno.EBUSY => "Device or resource busy",
        Errno.EEXIST => "File exists",
        Errno.ENODEV => "No such device",
        Errno.ENOTDIR => "Not a directory",
        Errno.EISDIR => "Is a directory",
        Errno.EINVAL => "Invalid argument",
        Errno.ENFILE => "Too many open files in system",
        Errno.ENOTTY => "Inappropriate ioctl for device",
        Errno.EFBIG => "File too large",
        Errno.ENOSPC => "No space left on device",
        Errno.ESPIPE => "Illegal seek",
        Errno.EROFS => "Read-only file system",
        Errno.EPIPE => "Broken pipe",
        Errno.EDOM => "Numerical argument out of domain",
        Errno.ERANGE => "Numerical result out of range",
        Errno.EDEADLK => "Resource deadlock avoided",
        Errno.ENOSYS => "Function not implemented",
        Errno.ENODATA => "No data available",
        Errno.ETIME => "Timer expired",
        Errno.EBADMSG => "Bad message",
        Errno.EOVERFLOW => "Value too large for defined data type",
        Errno.EOPNOTSUPP => "Operation not supported",
        Errno.ENETDOWN => "Network is down",
        Errno.ENOBUFS => "No buffer space available",
        Errno.ETIMEDOUT => "Connection timed out",
        Errno.ERESTARTSYS => "Interrupted system call should be restarted",
        _ => "Error",
    };
}
