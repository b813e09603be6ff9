namespace MiniKernel.Core;

/// <summary>Why a call failed (Linux 2.6 asm-generic/errno-base.h, errno.h; values as in the kernel, positive).</summary>
[DriverSurface]
public enum Errno
{
    /// <summary>It did not fail.</summary>
    Success = 0,

    /// <summary>Operation not permitted.</summary>
    EPERM = 1,

    /// <summary>No such file, module or parameter.</summary>
    ENOENT = 2,

    /// <summary>No such process.</summary>
    ESRCH = 3,

    /// <summary>Interrupted: ended before it was done.</summary>
    EINTR = 4,

    /// <summary>Input/output error.</summary>
    EIO = 5,

    /// <summary>No such device or address.</summary>
    ENXIO = 6,

    /// <summary>Too long: an argument list, a text.</summary>
    E2BIG = 7,

    /// <summary>No format that can be executed; of insmod, no module for this machine.</summary>
    ENOEXEC = 8,

    /// <summary>Bad file.</summary>
    EBADF = 9,

    /// <summary>Try again; of rmmod, the module is in use.</summary>
    EAGAIN = 11,

    /// <summary>Out of memory.</summary>
    ENOMEM = 12,

    /// <summary>Permission denied.</summary>
    EACCES = 13,

    /// <summary>Bad address.</summary>
    EFAULT = 14,

    /// <summary>Device or resource busy.</summary>
    EBUSY = 16,

    /// <summary>Already there.</summary>
    EEXIST = 17,

    /// <summary>No such device.</summary>
    ENODEV = 19,

    /// <summary>Not a directory.</summary>
    ENOTDIR = 20,

    /// <summary>Is a directory.</summary>
    EISDIR = 21,

    /// <summary>Invalid argument.</summary>
    EINVAL = 22,

    /// <summary>Too many open files, or no memory for another one.</summary>
    ENFILE = 23,

    /// <summary>Inappropriate ioctl for the device.</summary>
    ENOTTY = 25,

    /// <summary>File too large.</summary>
    EFBIG = 27,

    /// <summary>No space left on the device.</summary>
    ENOSPC = 28,

    /// <summary>Illegal seek.</summary>
    ESPIPE = 29,

    /// <summary>Read-only file system.</summary>
    EROFS = 30,

    /// <summary>Broken pipe.</summary>
    EPIPE = 32,

    /// <summary>Argument out of the function's domain.</summary>
    EDOM = 33,

    /// <summary>Result out of range.</summary>
    ERANGE = 34,

    /// <summary>Resource deadlock avoided.</summary>
    EDEADLK = 35,

    /// <summary>Function not implemented.</summary>
    ENOSYS = 38,

    /// <summary>No data available.</summary>
    ENODATA = 61,

    /// <summary>Timer expired.</summary>
    ETIME = 62,

    /// <summary>The data is not what it should be.</summary>
    EBADMSG = 74,

    /// <summary>Value too large.</summary>
    EOVERFLOW = 75,

    /// <summary>Operation not supported.</summary>
    EOPNOTSUPP = 95,

    /// <summary>Network is down.</summary>
    ENETDOWN = 100,

    /// <summary>No buffer space available.</summary>
    ENOBUFS = 105,

    /// <summary>Operation timed out.</summary>
    ETIMEDOUT = 110,

    /// <summary>To be called again after a signal; programs never see it in Linux.</summary>
    ERESTARTSYS = 512,
}
