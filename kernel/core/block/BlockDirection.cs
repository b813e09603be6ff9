namespace MiniKernel.Core;

/// <summary>Which way sectors go: READ and WRITE of Linux 2.6 linux/fs.h.</summary>
[DriverSurface]
public enum BlockDirection
{
    /// <summary>From the disk to memory.</summary>
    Read = 0,

    /// <summary>From memory to the disk.</summary>
    Write = 1,
}
