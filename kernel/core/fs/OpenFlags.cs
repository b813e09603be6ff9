namespace MiniKernel.Core;

/// <summary>How a file is opened: f_flags (Linux 2.6 asm-generic/fcntl.h).</summary>
[DriverSurface]
[Flags]
public enum OpenFlags
{
    /// <summary>O_RDONLY.</summary>
    ReadOnly = 0,

    /// <summary>O_WRONLY.</summary>
    WriteOnly = 1,

    /// <summary>O_RDWR.</summary>
    ReadWrite = 2,

    /// <summary>O_CREAT.</summary>
    Create = 0x40,

    /// <summary>O_TRUNC.</summary>
    Truncate = 0x200,

    /// <summary>O_APPEND.</summary>
    Append = 0x400,

    /// <summary>O_NONBLOCK: who would have to wait hears -EAGAIN.</summary>
    NonBlock = 0x800,

    /// <summary>FASYNC: the driver says when there is something to do.</summary>
    Async = 0x2000,
}
