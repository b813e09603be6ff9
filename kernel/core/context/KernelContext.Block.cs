using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <content>Block devices: what their drivers call, and what those call who read and write them.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>register_blkdev(): takes a major number for block devices.</summary>
    /// <param name="major">The number; 0 for any that is free.</param>
    /// <param name="name">Its name in /proc/devices.</param>
    /// <returns>For major 0 the number given; else 0. -EBUSY when it is taken.</returns>
    public IoResult RegisterBlkdev(uint major, string name)
        => _kernel.Time.Charge(_cpu, _kernel.Block.Register(_kernel.Cpu(_cpu).Module, major, name));

    /// <summary>unregister_blkdev(); -EINVAL when there is no such one.</summary>
    public Errno UnregisterBlkdev(uint major, string name) => _kernel.Time.Charge(_cpu, _kernel.Block.Unregister(major, name));

    /// <summary>blk_init_queue().</summary>
    /// <param name="name">What reports call it.</param>
    /// <param name="function">Is called when there are requests.</param>
    public RequestQueue BlkInitQueue(string name, RequestFunction function)
        => _kernel.Time.Charge(_cpu, _kernel.BlockQueues.Create(_kernel.Cpu(_cpu).Module, name, function));

    /// <summary>blk_cleanup_queue(): what is still in the queue or with the driver ends with -EIO.</summary>
    public void BlkCleanupQueue(RequestQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        _kernel.BlockQueues.Cleanup(_kernel.Cpu(_cpu), queue);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>blk_queue_max_sectors(): most sectors in a request.</summary>
    public void BlkQueueMaxSectors(RequestQueue queue, uint sectors) => queue.MaxSectors = Math.Max(1, sectors);

    /// <summary>blk_queue_max_phys_segments(): most pieces of memory in a request.</summary>
    public void BlkQueueMaxPhysSegments(RequestQueue queue, int segments) => queue.MaxSegments = Math.Max(1, segments);

    /// <summary>blk_queue_bounce_limit(): the device reaches nothing from that address on; such memory is copied for it.</summary>
    public void BlkQueueBounceLimit(RequestQueue queue, ulong limit) => queue.BounceLimit = limit;

    /// <summary>add_disk(): the disk can be opened as /dev/NAME.</summary>
    /// <returns>-EINVAL when its major is not registered, -EBUSY when its name or number is taken.</returns>
    public Errno AddDisk(Gendisk disk) => _kernel.Time.Charge(_cpu, _kernel.Block.Add(_kernel.Cpu(_cpu).Module, disk));

    /// <summary>del_gendisk(): from now on nobody opens it and nothing reaches it.</summary>
    public Errno DelGendisk(Gendisk disk) => _kernel.Time.Charge(_cpu, _kernel.Block.Delete(disk));

    /// <summary>elv_next_request(): the request whose turn it is; it stays in the queue. Null when there is none.</summary>
    public BlockRequest? ElvNextRequest(RequestQueue queue) => _kernel.Time.Charge(_cpu, BlockQueues.Next(queue));

    /// <summary>blkdev_dequeue_request(): takes it out, to be ended later.</summary>
    public void BlkdevDequeueRequest(
        BlockRequest request, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(request);
        _kernel.BlockQueues.Dequeue(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), request);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>Ends a whole request, dequeued or not: end_dequeued_request(), end_queued_request(). From any context.</summary>
    /// <param name="request">What has been done, or not.</param>
    /// <param name="error">How it went.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public void EndRequest(
        BlockRequest request, Errno error = Errno.Success,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(request);
        _kernel.BlockQueues.End(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), request, error);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>blk_rq_map_sg(): the request's memory as a bus master is told it, neighbours joined.</summary>
    public IReadOnlyList<DmaSegment> BlkRqMapSg(BlockRequest request) => _kernel.Time.Charge(_cpu, _kernel.BlockQueues.MapSegments(request));

    /// <summary>blk_stop_queue(): the driver is full; its function is not called until <see cref="BlkStartQueue"/>.</summary>
    public void BlkStopQueue(RequestQueue queue)
    {
        _kernel.BlockQueues.Stop(queue);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>blk_start_queue(): it has room again; its function is called when something waits.</summary>
    public void BlkStartQueue(RequestQueue queue)
    {
        _kernel.BlockQueues.Start(_kernel.Cpu(_cpu), queue);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>blk_run_queue(): calls the request function when something waits.</summary>
    public void BlkRunQueue(RequestQueue queue)
    {
        _kernel.BlockQueues.Run(_kernel.Cpu(_cpu), queue);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>submit_bio(): begins a transfer. Its end is told to the bio, whatever happens; from any context.</summary>
    public void SubmitBio(
        Gendisk disk, Bio bio, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(bio);
        _kernel.BlockQueues.Submit(_kernel.Tasks.Enter(_cpu, new CallSite(file, line, member)), disk, bio);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>generic_unplug_device(): what waits for neighbours goes now.</summary>
    public void GenericUnplugDevice(RequestQueue queue)
    {
        _kernel.BlockQueues.Unplug(_kernel.Cpu(_cpu), queue);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>Opens a disk of /dev: open_bdev_excl(), but not exclusive. -ENXIO when there is none of that name.</summary>
    public Errno OpenBdev(string path, out BlockDevice? device) => _kernel.Time.Charge(_cpu, _kernel.Block.Open(path, out device, _cpu.Id));

    /// <summary>Closes it: close_bdev_excl().</summary>
    public Errno CloseBdev(BlockDevice device) => _kernel.Time.Charge(_cpu, _kernel.Block.Close(device, _cpu.Id));

    /// <summary>blkdev_ioctl().</summary>
    public IoResult IoctlBdev(BlockDevice device, uint command, ulong argument)
        => _kernel.Time.Charge(_cpu, _kernel.Block.Ioctl(device, command, argument, _cpu.Id));

    /// <summary>Reads sectors into kernel memory and waits for them.</summary>
    public Errno ReadSectors(
        BlockDevice device, ulong sector, VirtualAddress destination, ulong sectors,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => MoveSectors(device, BlockDirection.Read, sector, destination, sectors, new CallSite(file, line, member));

    /// <summary>Writes sectors from kernel memory and waits until they are on the disk.</summary>
    public Errno WriteSectors(
        BlockDevice device, ulong sector, VirtualAddress source, ulong sectors,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => MoveSectors(device, BlockDirection.Write, sector, source, sectors, new CallSite(file, line, member));

    /// <summary>Reads whole sectors into the host's memory (user space) and waits for them.</summary>
    public Errno ReadSectors(
        BlockDevice device, ulong sector, Span<byte> destination,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member));
        return _kernel.Time.Charge(_cpu, _kernel.BlockTransfers.Read(state, device, sector, destination));
    }

    /// <summary>Writes whole sectors from the host's memory (user space) and waits until they are on the disk.</summary>
    public Errno WriteSectors(
        BlockDevice device, ulong sector, ReadOnlySpan<byte> source,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
    {
        CpuState state = _kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member));
        return _kernel.Time.Charge(_cpu, _kernel.BlockTransfers.Write(state, device, sector, source));
    }

    private Errno MoveSectors(BlockDevice device, BlockDirection direction, ulong sector, VirtualAddress buffer, ulong sectors, CallSite site)
    {
        CpuState state = _kernel.Tasks.EnterSleeping(_cpu, site);
        return _kernel.Time.Charge(_cpu, _kernel.BlockTransfers.Move(state, device, direction, sector, buffer, sectors));
    }
}
