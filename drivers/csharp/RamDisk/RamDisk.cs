using MiniKernel.Core;

namespace MiniKernel.Drivers;

/// <summary>A disk made of memory: /dev/rd0. Its request function does at once what it is asked.</summary>
/// <remarks>See README.md beside this file.</remarks>
public sealed class RamDisk : IKernelModule, IBootWorkload
{
    internal const string ModuleName = "ram_disk", ModuleDescription = "RAM disk on __get_free_pages of several orders";
    private const string MajorName = "rd", DiskName = "rd0";
    private const uint BytesPerKib = 1024, Seed = 0x4a3d15c;

    private readonly IntParameter _size = new("size_kib", 1200, "KiB on the disk, rounded up to whole pages", min: 4, max: 1 << 20);
    private readonly IntParameter _maxOrder = new("max_order", 5, "largest block to ask for: 2^max_order pages", min: 0, max: 10);
    private RamDiskMemory? _memory;
    private RequestQueue? _queue;
    private Gendisk? _disk;
    private uint _major;

    /// <inheritdoc/>
    public string Name => ModuleName;

    /// <inheritdoc/>
    public string Description => ModuleDescription;

    /// <inheritdoc/>
    public IReadOnlyList<ModuleParameter> Parameters => [_size, _maxOrder];

    /// <inheritdoc/>
    public Errno Init(KernelContext kernel)
    {
        IoResult major = kernel.RegisterBlkdev(0, MajorName);
        if (major.IsError)
            return major.Error;
        _major = (uint)major.Value;
        Errno error = InitDisk(kernel);
        if (error != Errno.Success)
            kernel.UnregisterBlkdev(_major, MajorName);
        return error;
    }

    /// <inheritdoc/>
    public void Exit(KernelContext kernel)
    {
        kernel.DelGendisk(_disk!);
        kernel.BlkCleanupQueue(_queue!);
        _memory!.Free(kernel);
        kernel.UnregisterBlkdev(_major, MajorName);
    }

    /// <summary>A file onto the disk and back.</summary>
    public WorkloadResult Run(KernelContext kernel)
    {
        Errno error = kernel.OpenBdev("/dev/" + DiskName, out BlockDevice? disk);
        if (error != Errno.Success)
            return new(error, $"{DiskName} cannot be opened");
        byte[] file = TestPattern.Make((int)Math.Min(DiskFile.Bytes, _memory!.Bytes), Seed);
        error = DiskFile.Write(kernel, disk!, file);
        if (error == Errno.Success)
            error = DiskFile.Compare(kernel, disk!, file);
        kernel.CloseBdev(disk!);
        return error == Errno.Success
            ? new(error, $"{file.Length >> 10} KiB written, read back and compared; {_memory}")
            : new(error, $"{file.Length >> 10} KiB written and read back: -{error}");
    }

    private Errno InitDisk(KernelContext kernel)
    {
        _memory = RamDiskMemory.Allocate(kernel, (ulong)_size.Value * BytesPerKib, _maxOrder.Value);
        if (_memory is null)
            return Errno.ENOMEM;
        _queue = kernel.BlkInitQueue(DiskName, Request);
        _disk = new Gendisk(DiskName, _major, 0, _queue) { Capacity = _memory.Bytes / Bio.SectorBytes };
        Errno error = kernel.AddDisk(_disk);
        if (error != Errno.Success)
        {
            kernel.BlkCleanupQueue(_queue);       // undo in reverse order
            _memory.Free(kernel);
            return error;
        }
        kernel.Printk(LogLevel.Info, $"{Name}: {DiskName}, major {_major}, {_disk.Capacity} sectors in {_memory}");
        return Errno.Success;
    }

    // No hardware to wait for: taken, done, ended, until the queue is empty.
    private void Request(KernelContext kernel, RequestQueue queue)
    {
        while (kernel.ElvNextRequest(queue) is { } request)
        {
            ulong position = request.Sector * Bio.SectorBytes;
            foreach (BioSegment segment in request.Segments)
            {
                _memory!.Move(kernel, request.Direction, position, segment);
                position += segment.Bytes;
            }
            kernel.EndRequest(request);
        }
    }
}
