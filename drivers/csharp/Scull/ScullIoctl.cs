using MiniKernel.Core;

namespace MiniKernel.Drivers;

/// <summary>The commands of a scull device.</summary>
public static class ScullIoctl
{
    private const char Type = 'k';
    private const uint LongBytes = 8;

    /// <summary>Gives all memory back.</summary>
    public static uint Trim { get; } = IoctlNumber.None(Type, 0);

    /// <summary>Returns the bytes in the device.</summary>
    public static uint GetSize { get; } = IoctlNumber.Read(Type, 1, LongBytes);

    /// <summary>Returns the bytes in a quantum.</summary>
    public static uint GetQuantum { get; } = IoctlNumber.Read(Type, 2, LongBytes);

    /// <summary>Returns the quanta that have memory.</summary>
    public static uint GetQuantaInUse { get; } = IoctlNumber.Read(Type, 3, LongBytes);

    /// <summary>Sets how many bytes the device may hold.</summary>
    public static uint SetLimit { get; } = IoctlNumber.Write(Type, 4, LongBytes);

    /// <summary>Returns the bytes this file has written.</summary>
    public static uint GetWritten { get; } = IoctlNumber.Read(Type, 5, LongBytes);
}
