using MiniKernel.Core;

namespace MiniKernel.Drivers;

/// <summary>Drives the disk controller: /dev/hda, tagged commands, scatter-gather lists, interrupts and a watchdog.</summary>
/// <remarks>See README.md beside this file.</remarks>
public sealed class DiskDriver : IKernelModule, IBootWorkload
{
    internal const string ModuleName = "disk_driver", ModuleDescription = "disk controller with interrupts and scatter-gather lists";
    private const string MajorName = "hd", DiskName = "hda";

    private readonly IntParameter _timeout = new("timeout_ms", 1000, "milliseconds without progress before the controller is reset", min: 100, max: 60_000);
    private DiskHardware? _hardware;
    private RequestQueue? _queue;
    private Gendisk? _disk;
    private uint _major;

    /// <inheritdoc/>
    public string Name => ModuleName;

    /// <inheritdoc/>
    public string Description => ModuleDescription;

    /// <inheritdoc/>
    public IReadOnlyList<ModuleParameter> Parameters => [_timeout];

    /// <inheritdoc/>
    public Errno Init(KernelContext kernel)
    {
        Errno error = kernel.RequestRegion(DiskPort.Base, DiskPort.Length, ModuleName);
        if (error != Errno.Success)
            return error;
        error = InitLists(kernel);
        if (error != Errno.Success)
            kernel.ReleaseRegion(DiskPort.Base, DiskPort.Length);
        return error;
    }

    /// <inheritdoc/>
    public void Exit(KernelContext kernel)
    {
        kernel.DelGendisk(_disk!);
        _hardware!.TurnOff(kernel);
        kernel.FreeIrq(DiskPort.Irq);
        kernel.BlkCleanupQueue(_queue!);
        kernel.UnregisterBlkdev(_major, MajorName);
        _hardware.Lists.Free(kernel);
        kernel.ReleaseRegion(DiskPort.Base, DiskPort.Length);
    }

    /// <inheritdoc/>
    public WorkloadResult Run(KernelContext kernel) => DiskWorkload.Run(kernel, "/dev/" + DiskName);

    // Each step undoes itself when a later one fails: reverse order by nesting.
    private Errno InitLists(KernelContext kernel)
    {
        DiskLists? lists = DiskLists.Allocate(kernel);
        if (lists is null)
            return Errno.ENOMEM;
        Errno error = InitQueue(kernel, lists);
        if (error != Errno.Success)
            lists.Free(kernel);
        return error;
    }

    private Errno InitQueue(KernelContext kernel, DiskLists lists)
    {
        IoResult major = kernel.RegisterBlkdev(0, MajorName);
        if (major.IsError)
            return major.Error;
        _major = (uint)major.Value;
        _hardware = new DiskHardware(lists, (ulong)_timeout.Value);
        _queue = kernel.BlkInitQueue(DiskName, _hardware.Request);
        _hardware.Queue = _queue;
        kernel.BlkQueueMaxSectors(_queue, DiskHardware.MaxSectors);
        kernel.BlkQueueMaxPhysSegments(_queue, DiskLists.Entries);
        kernel.BlkQueueBounceLimit(_queue, DiskPort.Reach);
        Errno error = InitDisk(kernel);
        if (error != Errno.Success)
        {
            kernel.BlkCleanupQueue(_queue);
            kernel.UnregisterBlkdev(_major, MajorName);
        }
        return error;
    }

    private Errno InitDisk(KernelContext kernel)
    {
        Errno error = kernel.RequestIrq(DiskPort.Irq, ModuleName, _hardware!.Interrupt);
        if (error != Errno.Success)
            return error;
        ulong capacity = _hardware.TurnOn(kernel);
        _disk = new Gendisk(DiskName, _major, 0, _queue!) { Capacity = capacity };
        error = kernel.AddDisk(_disk);
        if (error != Errno.Success)
        {
            _hardware.TurnOff(kernel);
            kernel.FreeIrq(DiskPort.Irq);
            return error;
        }
        kernel.Printk(LogLevel.Info, $"{Name}: {DiskName}, major {_major}, {capacity} sectors, {DiskPort.Tags} commands at once, lists at {_hardware.Lists}");
        return Errno.Success;
    }
}
