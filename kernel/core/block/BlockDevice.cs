namespace MiniKernel.Core;

/// <summary>An open disk: struct block_device. While there are any, the driver cannot be unloaded.</summary>
[DriverSurface]
public sealed class BlockDevice
{
    internal BlockDevice(Gendisk disk) => Disk = disk;

    /// <summary>bd_disk.</summary>
    public Gendisk Disk { get; }

    /// <summary>False once closed.</summary>
    public bool IsOpen { get; internal set; } = true;
}
