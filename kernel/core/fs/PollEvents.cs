namespace MiniKernel.Core;

/// <summary>What can be done with a file without waiting (Linux 2.6 asm-generic/poll.h).</summary>
[DriverSurface]
[Flags]
public enum PollEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>POLLIN: something can be read.</summary>
    In = 0x1,

    /// <summary>POLLPRI.</summary>
    Priority = 0x2,

    /// <summary>POLLOUT: something can be written.</summary>
    Out = 0x4,

    /// <summary>POLLERR.</summary>
    Error = 0x8,

    /// <summary>POLLHUP.</summary>
    HangUp = 0x10,

    /// <summary>POLLRDNORM.</summary>
    ReadNormal = 0x40,

    /// <summary>POLLRDBAND.</summary>
    ReadBand = 0x80,

    /// <summary>POLLWRNORM.</summary>
    WriteNormal = 0x100,

    /// <summary>POLLWRBAND.</summary>
    WriteBand = 0x200,

    /// <summary>DEFAULT_POLLMASK: of a driver that has no poll.</summary>
    Default = In | Out | ReadNormal | WriteNormal,
}
