using System.Buffers.Binary;

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

    /// <summary>The same, its argument a pointer to bytes of the caller's; for a driver that knows numbers alone it is the number there.</summary>
    IoResult Ioctl(KernelContext kernel, OpenFile file, uint command, Span<byte> argument)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        number.Clear();
        argument[..Math.Min(argument.Length, number.Length)].CopyTo(number);
        return Ioctl(kernel, file, command, BinaryPrimitives.ReadUInt64LittleEndian(number));
    }

    /// <summary>What can be done without waiting. Names the queues that are woken when the answer changes, before it looks.</summary>
    PollEvents Poll(KernelContext kernel, OpenFile file, PollTable table) => PollEvents.Default;

    /// <summary>The file's owner wants to hear, or no longer, when there is something to do (FASYNC).</summary>
    IoResult Fasync(KernelContext kernel, OpenFile file, bool isOn) => Errno.Success;

    /// <summary>The file is about to be closed.</summary>
    /// <returns>What close() returns; the file is closed in any case.</returns>
    Errno Flush(KernelContext kernel, OpenFile file) => Errno.Success;

    /// <summary>The file is closed.</summary>
    void Release(KernelContext kernel, OpenFile file)
    {
    }
}
