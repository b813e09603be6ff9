namespace MiniKernel.Hal;

/// <summary>Layout of an entry of a disk command's scatter-gather list, little-endian, entries one behind the other.</summary>
/// <remarks>Segments may have any alignment and any length but 0; sectors may lie across them. What is left over of the
/// list when the command's bytes have found their place is not looked at.</remarks>
public static class DiskSegment
{
    /// <summary>Bytes in an entry; the last four are reserved.</summary>
    public const int Bytes = 16;

    /// <summary>Physical address of the first byte, 64 bits wide, of which the controller can use 32.</summary>
    public const int AddressOffset = 0;

    /// <summary>Bytes in the segment, 32 bits wide.</summary>
    public const int LengthOffset = 8;
}
