namespace MiniKernel.Core;

/// <summary>What a disk's driver wants to know besides requests: struct block_device_operations.</summary>
[DriverSurface]
public interface IBlockDeviceOperations
{
    /// <summary>The disk is opened.</summary>
    /// <returns>Not <see cref="Errno.Success"/>: it is not.</returns>
    Errno Open(KernelContext kernel, Gendisk disk) => Errno.Success;

    /// <summary>The disk is closed.</summary>
    void Release(KernelContext kernel, Gendisk disk)
    {
    }

    /// <summary>A command of the driver's own.</summary>
    IoResult Ioctl(KernelContext kernel, Gendisk disk, uint command, ulong argument) => Errno.ENOTTY;
}
