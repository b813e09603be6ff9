using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>What files on scull devices do: one device a minor number.</summary>
internal sealed class ScullOperations : IFileOperations
{
    private const ulong ReadCounter = 0, WrittenCounter = 8;   // offsets in a file's record
    private readonly ScullDevice[] _devices;
    private readonly uint _quantum;

    public ScullOperations(KmemCache quanta, int devices, uint quantum, uint quantaPerSet)
    {
        _quantum = quantum;
        _devices = new ScullDevice[devices];
        for (int minor = 0; minor < devices; minor++)
            _devices[minor] = new ScullDevice(quanta, quantum, quantaPerSet);
    }

    /// <summary>Empties every device.</summary>
    public void TrimAll(KernelContext kernel)
    {
        foreach (ScullDevice device in _devices)
            device.Trim(kernel);
    }

    /// <inheritdoc/>
    public Errno Open(KernelContext kernel, OpenFile file)
    {
        if (file.Minor >= _devices.Length)
            return Errno.ENODEV;
        VirtualAddress record = ScullMemory.AllocateFileRecord(kernel);
        if (record.IsNull)
            return Errno.ENOMEM;
        kernel.Memset(record, 0, ScullMemory.FileRecordBytes);
        file.PrivateData = record;
        return Errno.Success;
    }

    /// <inheritdoc/>
    public IoResult Read(KernelContext kernel, OpenFile file, Span<byte> buffer, ref long position)
    {
        int count = DeviceOf(file).Read(kernel, position, buffer);
        position += count;
        Count(kernel, file, ReadCounter, count);
        return count;
    }

    /// <inheritdoc/>
    public IoResult Write(KernelContext kernel, OpenFile file, ReadOnlySpan<byte> data, ref long position)
    {
        IoResult result = DeviceOf(file).Write(kernel, position, data);
        if (result.IsError)
            return result;
        position += result.Count;
        Count(kernel, file, WrittenCounter, result.Count);
        return result;
    }

    /// <inheritdoc/>
    public IoResult Llseek(KernelContext kernel, OpenFile file, long offset, SeekOrigin whence)
    {
        long origin = whence switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => file.Position,
            _ => DeviceOf(file).Size,
        };
        bool fits = offset >= -origin && offset <= long.MaxValue - origin;
        return fits ? origin + offset : Errno.EINVAL;
    }

    /// <inheritdoc/>
    public IoResult Ioctl(KernelContext kernel, OpenFile file, uint command, ulong argument)
    {
        ScullDevice device = DeviceOf(file);
        if (command == ScullIoctl.Trim)
            return Trim(kernel, device);
        if (command == ScullIoctl.GetSize)
            return device.Size;
        if (command == ScullIoctl.GetQuantum)
            return (long)_quantum;
        if (command == ScullIoctl.GetQuantaInUse)
            return (long)device.QuantaInUse;
        if (command == ScullIoctl.GetWritten)
            return kernel.Read<long>(RecordOf(file) + WrittenCounter);
        return command == ScullIoctl.SetLimit ? SetLimit(device, argument) : Errno.ENOTTY;
    }

    /// <inheritdoc/>
    public void Release(KernelContext kernel, OpenFile file) => kernel.Kfree(RecordOf(file));

    private static IoResult Trim(KernelContext kernel, ScullDevice device)
    {
        device.Trim(kernel);
        return 0;
    }

    private static IoResult SetLimit(ScullDevice device, ulong limit)
    {
        if (limit > long.MaxValue)
            return Errno.EINVAL;
        device.Limit = (long)limit;
        return 0;
    }

    private static VirtualAddress RecordOf(OpenFile file) => (VirtualAddress)file.PrivateData!;

    private static void Count(KernelContext kernel, OpenFile file, ulong counter, int bytes)
    {
        VirtualAddress at = RecordOf(file) + counter;
        kernel.Write(at, kernel.Read<long>(at) + bytes);
    }

    private ScullDevice DeviceOf(OpenFile file) => _devices[file.Minor];
}
