namespace MiniKernel.Hal;

/// <summary>Registers of the disk controller, 32 bits wide, by their offset from its base.</summary>
public enum DiskRegister
{
    /// <summary>Read: sectors on the disk.</summary>
    Capacity = 0x00,

    /// <summary>Read: <see cref="DiskStatus"/>.</summary>
    Status = 0x04,

    /// <summary><see cref="DiskControl"/>. Every write raises the line again when a completion stands and may.</summary>
    Control = 0x08,

    /// <summary>Command block: first sector.</summary>
    Lba = 0x0c,

    /// <summary>Command block: sectors to move.</summary>
    SectorCount = 0x10,

    /// <summary>Command block: physical address of the buffer, or of the list.</summary>
    Address = 0x14,

    /// <summary>Command block: bits 32 to 63 of that address. The controller has no wires for them: anything but 0 is
    /// <see cref="DiskError.BadAddress"/>.</summary>
    AddressHigh = 0x18,

    /// <summary>Command block: segments in the list (<see cref="DiskSegment"/>), or 0 when the address is one buffer's.</summary>
    SegmentCount = 0x1c,

    /// <summary>Command block: the tag to use, 0 to <see cref="DiskController.Tags"/> - 1.</summary>
    Tag = 0x20,

    /// <summary>Written: a <see cref="DiskCommand"/>; hands the command block over, which may be written again at once.</summary>
    Command = 0x24,

    /// <summary>Read: bit n is set while the command of tag n is outstanding.</summary>
    Active = 0x28,

    /// <summary>Read: bit n is set when the command of tag n has completed. Reading clears the bits and lowers the line.</summary>
    Completed = 0x2c,

    /// <summary>Read: bit n is set when the last command of tag n ended in an error; a new command clears it.</summary>
    Failed = 0x30,

    /// <summary>Read: sectors read since reset, modulo 2^32.</summary>
    SectorsRead = 0x34,

    /// <summary>Read: sectors written since reset, modulo 2^32.</summary>
    SectorsWritten = 0x38,

    /// <summary>Read: commands that ended in an error since reset.</summary>
    Errors = 0x3c,

    /// <summary>Read: <see cref="DiskError"/> of the last command of tag 0; that of tag n is 4 n further on.</summary>
    Result = 0x40,
}
