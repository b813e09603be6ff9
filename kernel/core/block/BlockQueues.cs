using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>From a bio to a driver's request function and back (Linux 2.6.24 block/ll_rw_blk.c, elevator.c).</summary>
/// <remarks>An empty queue is plugged when a request comes: it waits for more, until four are there, three jiffies are over,
/// or somebody waits for one of them. A driver that leaves requests in the queue runs it again itself, as in Linux. The number
/// of requests is not limited (a listed difference).</remarks>
internal sealed class BlockQueues(Kernel kernel)
{
    private const int UnplugThreshold = 4;        // requests
    private const ulong UnplugDelay = 3;          // jiffies
    private readonly List<RequestQueue> _queues = [];
    private readonly BounceBuffers _bounce = new(kernel);

    /// <summary>blk_init_queue().</summary>
    public RequestQueue Create(LoadedModule? owner, string name, RequestFunction function)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(function);
        RequestQueue queue = new(owner, name, function);
        queue.UnplugTimer = new KernelTimer($"unplug {name}", context => Unplug(kernel.Cpu(context.ProcessorId), queue));
        _queues.Add(queue);
        return queue;
    }

    /// <summary>blk_cleanup_queue(): what is left ends with -EIO, and so does what comes later.</summary>
    public void Cleanup(CpuState cpu, RequestQueue queue)
    {
        queue.IsDead = true;
        RemovePlug(queue);
        _queues.Remove(queue);
        foreach (BlockRequest request in queue.Started.Concat(queue.Waiting).ToArray())
        {
            if (!request.IsEnded)
                End(cpu, request, Errno.EIO);
        }
    }

    /// <summary>submit_bio(): the bio's end tells how it went, whatever happens.</summary>
    public void Submit(CpuState cpu, Gendisk disk, Bio bio)
    {
        CheckMemory(cpu, bio);
        (bio.Owner, bio.IsInFlight, bio.Error) = (cpu.Module, true, Errno.Success);
        RequestQueue queue = disk.Queue;
        Errno error = Check(disk, bio);
        if (error == Errno.Success)
            error = _bounce.Map(cpu, bio, queue.BounceLimit);
        if (error == Errno.Success && bio.Mapped.Count > queue.MaxSegments)
            error = TooManySegments(disk, bio);
        if (error != Errno.Success)
            EndBio(cpu, bio, error);
        else
            Add(cpu, queue, disk, bio);
    }

    /// <summary>generic_unplug_device(): what waits for company goes now.</summary>
    public void Unplug(CpuState cpu, RequestQueue queue)
    {
        if (!queue.IsPlugged || queue.IsStopped)
            return;
        RemovePlug(queue);
        Run(cpu, queue);
    }

    /// <summary>blk_run_queue(): calls the request function, if there is something for it to do.</summary>
    public void Run(CpuState cpu, RequestQueue queue)
    {
        RemovePlug(queue);
        if (queue.IsRunning || queue.IsStopped || queue.IsDead || queue.Waiting.Count == 0)
            return;
        bool interrupts = cpu.InterruptsEnabled;
        queue.IsRunning = true;
        cpu.InterruptsEnabled = false;
        queue.Lock.Take(cpu);
        try
        {
            CallDriver(cpu, queue);
        }
        finally
        {
            queue.Lock.Release(cpu);
            cpu.InterruptsEnabled = interrupts;
            queue.IsRunning = false;
        }
    }

    /// <summary>blk_stop_queue().</summary>
    public void Stop(RequestQueue queue)
    {
        RemovePlug(queue);
        queue.IsStopped = true;
    }

    /// <summary>blk_start_queue().</summary>
    public void Start(CpuState cpu, RequestQueue queue)
    {
        queue.IsStopped = false;
        Run(cpu, queue);
    }

    /// <summary>elv_next_request(): the request whose turn it is. It stays in the queue.</summary>
    public static BlockRequest? Next(RequestQueue queue)
    {
        BlockRequest? request = queue.Waiting.First?.Value;
        if (request is not null)
            request.IsStarted = true;
        return request;
    }

    /// <summary>blkdev_dequeue_request().</summary>
    public void Dequeue(CpuState cpu, BlockRequest request)
    {
        if (!request.Queue.Waiting.Remove(request))
            throw kernel.Oops.Bug(cpu, cpu.Site, $"blkdev_dequeue_request(): {Describe(request)} is not in the queue");
        request.IsStarted = true;
        request.Queue.Started.AddLast(request);
    }

    /// <summary>end_queued_request() and end_dequeued_request(): all of it has been done, or none.</summary>
    public void End(CpuState cpu, BlockRequest request, Errno error)
    {
        if (request.IsEnded)
            throw kernel.Oops.Bug(cpu, cpu.Site, $"end_request(): {Describe(request)} has ended already");
        request.IsEnded = true;
        if (!request.Queue.Started.Remove(request))
            request.Queue.Waiting.Remove(request);
        if (error == Errno.Success)
            request.Disk.Statistics.CountRequest(request);
        else
            kernel.Print(LogLevel.Error, $"end_request: I/O error, dev {request.Disk.Name}, sector {request.Sector}");
        foreach (Bio bio in request.Bios)
            EndBio(cpu, bio, error);
    }

    /// <summary>The last bio of a transfer has ended, or the last has been submitted.</summary>
    public void Finish(CpuState cpu, Transfer transfer)
    {
        _bounce.Free(cpu, transfer.Orphans);
        transfer.Orphans = [];
        kernel.Locks.Complete(transfer.Done);
    }

    /// <summary>blk_rq_map_sg(): the request's memory for a bus master, neighbours joined.</summary>
    public IReadOnlyList<DmaSegment> MapSegments(BlockRequest request)
    {
        List<DmaSegment> list = [];
        foreach (BioSegment segment in request.Segments)
        {
            kernel.Mm.TryVirtToPhys(segment.Address, out PhysicalAddress address);   // it was when it was submitted
            if (list.Count != 0 && list[^1].Address + list[^1].Bytes == address)
                list[^1] = list[^1] with { Bytes = list[^1].Bytes + segment.Bytes };
            else
                list.Add(new DmaSegment(address, segment.Bytes));
        }
        return list;
    }

    /// <summary>handle_bad_sector(): says so when the disk ends before.</summary>
    public bool IsWithin(Gendisk disk, BlockDirection direction, ulong sector, ulong sectors)
    {
        if (sectors <= disk.Capacity && sector <= disk.Capacity - sectors)
            return true;
        kernel.Print(
            LogLevel.Info,
            $"attempt to access beyond end of device\n{disk.Name}: rw={(int)direction}, want={sector + sectors}, limit={disk.Capacity}");
        return false;
    }

    /// <summary>Ends every queue of a module.</summary>
    /// <returns>What they were called.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        RequestQueue[] own = [.. _queues.Where(queue => queue.Owner == owner)];
        foreach (RequestQueue queue in own)
            Cleanup(kernel.Current, queue);
        return [.. own.Select(queue => $"request queue {queue.Name}")];
    }

    private static string Describe(BlockRequest request) => $"request for sector {request.Sector} of {request.Disk.Name}";

    // BUG_ON(!bio->bi_size) of submit_bio(); and a bad address would be the driver's fault much later.
    private void CheckMemory(CpuState cpu, Bio bio)
    {
        if (bio.IsInFlight)
            throw kernel.Oops.Bug(cpu, cpu.Site, "submit_bio(): this bio is on its way already");
        if (bio.Bytes == 0)
            throw kernel.Oops.Bug(cpu, cpu.Site, "submit_bio(): !bio->bi_size");
        foreach (BioSegment segment in bio.Segments)
        {
            if (segment.Bytes == 0 || segment.Bytes % Bio.SectorBytes != 0)
                throw kernel.Oops.Bug(cpu, cpu.Site, $"submit_bio(): a segment of {segment.Bytes} bytes is not a whole number of sectors");
            if (!cpu.Mm.TryGetSpan(segment.Address, segment.Bytes, out _))
                throw kernel.Oops.Bug(cpu, cpu.Site, $"submit_bio(): {segment.Bytes} bytes at {segment.Address} are not in the direct map");
        }
    }

    // generic_make_request().
    private Errno Check(Gendisk disk, Bio bio)
    {
        if (!disk.IsUp || disk.Queue.IsDead)
            return Errno.EIO;
        if (!IsWithin(disk, bio.Direction, bio.Sector, bio.Sectors))
            return Errno.EIO;
        if (bio.Sectors <= disk.Queue.MaxSectors)
            return Errno.Success;
        kernel.Print(LogLevel.Info, $"bio too big device {disk.Name} ({bio.Sectors} > {disk.Queue.MaxSectors})");
        return Errno.EIO;
    }

    private Errno TooManySegments(Gendisk disk, Bio bio)
    {
        kernel.Print(LogLevel.Info, $"bio with too many segments device {disk.Name} ({bio.Mapped.Count} > {disk.Queue.MaxSegments})");
        return Errno.EIO;
    }

    // __make_request().
    private void Add(CpuState cpu, RequestQueue queue, Gendisk disk, Bio bio)
    {
        if (queue.Waiting.Count == 0 && !queue.IsRunning && !queue.IsStopped)
            Plug(cpu, queue);
        if (Elevator.Add(queue, disk, bio))
            disk.Statistics.CountMerge(bio.Direction);
        if (queue.IsPlugged && queue.Waiting.Count >= UnplugThreshold)
            Unplug(cpu, queue);
    }

    private void Plug(CpuState cpu, RequestQueue queue)
    {
        queue.IsPlugged = true;
        kernel.Timers.Arm(cpu, null, queue.UnplugTimer!, kernel.Machine.Clock.Jiffies + UnplugDelay);
    }

    private void RemovePlug(RequestQueue queue)
    {
        if (!queue.IsPlugged)
            return;
        queue.IsPlugged = false;
        kernel.Timers.Disarm(queue.UnplugTimer!);
    }

    // In a timer or another driver's interrupt what goes wrong there is nobody else's fault.
    private void CallDriver(CpuState cpu, RequestQueue queue)
    {
        ModuleBoundary boundary = kernel.Modules.Boundary;
        if (cpu.IsInterrupted && cpu.Module != queue.Owner)
            boundary.CallIsolated(queue.Owner, cpu, cpu.Comm, queue, static (context, runs) => Request(context, runs), onOops: true);
        else
            boundary.Call(queue.Owner, cpu, cpu.Comm, queue, static (context, runs) => Request(context, runs), onOops: true);
    }

    private static bool Request(KernelContext context, RequestQueue queue)
    {
        queue.Function(context, queue);
        return true;
    }

    // bio_endio().
    private void EndBio(CpuState cpu, Bio bio, Errno error)
    {
        _bounce.Unmap(cpu, bio, arrived: error == Errno.Success);
        (bio.IsInFlight, bio.Error) = (false, error);
        if (bio.Waiter is { } transfer && transfer.EndOne(error))
            Finish(cpu, transfer);
        if (bio.EndIo is not null)
            kernel.Modules.Boundary.CallIsolated(bio.Owner, cpu, cpu.Comm, bio, static (context, ended) => Tell(context, ended), onOops: true);
    }

    private static bool Tell(KernelContext context, Bio bio)
    {
        bio.EndIo!(context, bio);
        return true;
    }
}
