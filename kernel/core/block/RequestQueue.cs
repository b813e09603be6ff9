namespace MiniKernel.Core;

/// <summary>A driver's request function: does what it finds in the queue, or begins to.</summary>
/// <param name="kernel">The kernel, under the queue's lock with interrupts off: no sleeping.</param>
/// <param name="queue">The queue.</param>
[DriverSurface]
public delegate void RequestFunction(KernelContext kernel, RequestQueue queue);

/// <summary>Requests on their way to a driver: struct request_queue.</summary>
[DriverSurface]
public sealed class RequestQueue
{
    /// <summary>SAFE_MAX_SECTORS: most sectors in a request unless the driver says otherwise.</summary>
    public const uint DefaultMaxSectors = 255;

    /// <summary>MAX_PHYS_SEGMENTS: most pieces of memory in a request unless the driver says otherwise.</summary>
    public const int DefaultMaxSegments = 128;

    internal RequestQueue(LoadedModule? owner, string name, RequestFunction function)
    {
        (Owner, Name, Function) = (owner, name, function);
        Lock = new Spinlock(name);
    }

    /// <summary>What reports call it.</summary>
    public string Name { get; }

    /// <summary>max_sectors.</summary>
    public uint MaxSectors { get; internal set; } = DefaultMaxSectors;

    /// <summary>max_phys_segments.</summary>
    public int MaxSegments { get; internal set; } = DefaultMaxSegments;

    /// <summary>The first physical address the device does not reach; memory from there on is copied.</summary>
    public ulong BounceLimit { get; internal set; } = ulong.MaxValue;

    /// <summary>blk_queue_stopped(): the driver takes nothing now.</summary>
    public bool IsStopped { get; internal set; }

    /// <summary>blk_queue_plugged(): waits for more that could be merged.</summary>
    public bool IsPlugged { get; internal set; }

    /// <summary>Requests the driver has not taken out.</summary>
    public int WaitingCount => Waiting.Count;

    /// <summary>Requests it has taken out and not ended.</summary>
    public int StartedCount => Started.Count;

    internal LoadedModule? Owner { get; }

    internal RequestFunction Function { get; }

    /// <summary>queue_lock: held while the request function runs.</summary>
    internal Spinlock Lock { get; }

    internal LinkedList<BlockRequest> Waiting { get; } = new();

    internal LinkedList<BlockRequest> Started { get; } = new();

    /// <summary>unplug_timer.</summary>
    internal KernelTimer? UnplugTimer { get; set; }

    /// <summary>True while the request function runs: it finds what is added meanwhile by itself.</summary>
    internal bool IsRunning { get; set; }

    /// <summary>QUEUE_FLAG_DEAD.</summary>
    internal bool IsDead { get; set; }
}
