namespace MiniKernel.Core;

/// <summary>How much a message matters (Linux 2.6 linux/kernel.h, KERN_EMERG to KERN_DEBUG).</summary>
[DriverSurface]
public enum LogLevel
{
    /// <summary>System is unusable.</summary>
    Emergency = 0,

    /// <summary>Action must be taken at once.</summary>
    Alert = 1,

    /// <summary>Critical conditions.</summary>
    Critical = 2,

    /// <summary>Error conditions.</summary>
    Error = 3,

    /// <summary>Warning conditions; what printk uses when nobody says.</summary>
    Warning = 4,

    /// <summary>Normal but significant.</summary>
    Notice = 5,

    /// <summary>Informational.</summary>
    Info = 6,

    /// <summary>Debug messages.</summary>
    Debug = 7,
}
