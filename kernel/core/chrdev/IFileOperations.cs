namespace MiniKernel.Core;

/// <summary>What files on a character device do: struct file_operations. What a driver leaves out does what it does in Linux.</summary>
[DriverSurface]
public interface IFileOperations
{
    /// <summary>A file is opened.</summary>
    /// <returns>Not <see cref="Errno.Success"/>: it is not.</returns>
    Errno Open(KernelContext kernel, OpenFile file) => Errno.Success;

    /// <summary>Reads at <paramref name="position"/> and moves it on.</summary>
    /// <returns>Bytes read; 0 at the end.</returns>
    IoResult Read(KernelContext kernel, OpenFile file, Span<byte> buffer, ref long position) => Errno.EINVAL;

    /// <summary>Writes at <paramref name="position"/> and moves it on.</summary>
    /// <returns>Bytes written, perhaps fewer than given.</returns>
    IoResult Write(KernelContext kernel, OpenFile file, ReadOnlySpan<byte> data, ref long position) => Errno.EINVAL;

    /// <summary>Moves the file's position; a device without positions says <see cref="Errno.ESPIPE"/> here.</summary>
    /// <returns>The new position, which the kernel then keeps.</returns>
    IoResult Llseek(KernelContext kernel, OpenFile file, long offset, SeekOrigin whence)
    {
        // default_llseek(): a device file's size is 0.
        long position = whence == SeekOrigin.Current ? file.Position + offset : offset;
        return position < 0 ? Errno.EINVAL : position;
    }

    /// <summary>A command of the driver's own.</summary>
    IoResult Ioctl(KernelContext kernel, OpenFile file, uint command, ulong argument) => Errno.ENOTTY;

    /// <summary>The file is closed.</summary>
    void Release(KernelContext kernel, OpenFile file)
    {
    }
}
