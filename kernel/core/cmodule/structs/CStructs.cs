namespace MiniKernel.Core;

/// <summary>The structures of the C headers that the kernel looks into.</summary>
/// <param name="wordBytes">Bytes of a pointer.</param>
public sealed class CStructs(int wordBytes)
{
    /// <summary>linux/slab.h: an entry of malloc_sizes.</summary>
    public CacheSizesStruct CacheSizes { get; } = new(wordBytes);

    /// <summary>linux/export.h: an exported symbol of a module.</summary>
    public KernelSymbolStruct KernelSymbol { get; } = new(wordBytes);

    /// <summary>linux/fs.h: an open file.</summary>
    public FileStruct File { get; } = new(wordBytes);

    /// <summary>linux/fs.h: what a path leads to.</summary>
    public InodeStruct Inode { get; } = new(wordBytes);

    /// <summary>linux/dcache.h: a name in a folder.</summary>
    public DentryStruct Dentry { get; } = new(wordBytes);

    /// <summary>linux/fs.h: what files do.</summary>
    public FileOperationsStruct FileOperations { get; } = new(wordBytes);

    /// <summary>linux/proc_fs.h: what files in /proc do, as from Linux 5.6 on.</summary>
    public ProcOpsStruct ProcOps { get; } = new(wordBytes);

    /// <summary>linux/poll.h: what poll() hands to a driver.</summary>
    public PollTableStruct PollTable { get; } = new(wordBytes);

    /// <summary>linux/cdev.h: a driver behind device numbers.</summary>
    public CdevStruct Cdev { get; } = new(wordBytes);

    /// <summary>asm/kept.h: what begins the structures the kernel keeps something of.</summary>
    public KeptStruct Kept { get; } = new(wordBytes);

    /// <summary>linux/sched.h: a task.</summary>
    public TaskStruct Task { get; } = new(wordBytes);

    /// <summary>linux/wait.h: a wait queue.</summary>
    public WaitQueueStruct WaitQueue { get; } = new(new KeptStruct(wordBytes), new SpinlockStruct("spinlock_t", "slock", wordBytes), wordBytes);

    /// <summary>linux/wait.h: a sleeper on a wait queue.</summary>
    public WaitEntryStruct WaitEntry { get; } = new(wordBytes);

    /// <summary>linux/semaphore.h.</summary>
    public SemaphoreStruct Semaphore { get; } = new(new KeptStruct(wordBytes), wordBytes);

    /// <summary>linux/completion.h.</summary>
    public CompletionStruct Completion { get; } = new(new KeptStruct(wordBytes), wordBytes);

    /// <summary>linux/timer.h.</summary>
    public TimerListStruct TimerList { get; } = new(new KeptStruct(wordBytes), wordBytes);

    /// <summary>linux/interrupt.h: a tasklet.</summary>
    public TaskletStruct Tasklet { get; } = new(new KeptStruct(wordBytes), wordBytes);

    /// <summary>linux/workqueue.h: a work item.</summary>
    public WorkStruct Work { get; } = new(new KeptStruct(wordBytes), wordBytes);

    /// <summary>linux/ioport.h: a range of ports.</summary>
    public ResourceStruct Resource { get; } = new(wordBytes);

    /// <summary>linux/time.h: a time of day.</summary>
    public TimespecStruct Timespec { get; } = new(wordBytes);

    /// <summary>linux/proc_fs.h: a file or folder in /proc.</summary>
    public ProcDirEntryStruct ProcDirEntry { get; } = new(wordBytes);

    /// <summary>linux/seq_file.h: a file that is printed entry by entry.</summary>
    public SeqFileStruct SeqFile { get; } = new(new KeptStruct(wordBytes), wordBytes);

    /// <summary>linux/seq_file.h: what prints it.</summary>
    public SeqOperationsStruct SeqOperations { get; } = new(wordBytes);

    /// <summary>linux/device.h: devices of a kind.</summary>
    public ClassStruct Class { get; } = new(wordBytes);

    /// <summary>linux/device.h: a device.</summary>
    public DeviceStruct Device { get; } = new(wordBytes);

    /// <summary>linux/miscdevice.h: a character device with one minor.</summary>
    public MiscDeviceStruct MiscDevice { get; } = new(wordBytes);

    /// <summary>linux/fdtable.h: a task's open files.</summary>
    public FilesStruct Files { get; } = new(new SpinlockStruct("spinlock_t", "slock", wordBytes), wordBytes);

    /// <summary>linux/moduleparam.h: a parameter that functions of the driver's set.</summary>
    public KernelParamStruct KernelParam { get; } = new(wordBytes);

    /// <summary>linux/moduleparam.h: those functions.</summary>
    public KernelParamOpsStruct KernelParamOps { get; } = new(wordBytes);

    /// <summary>linux/radix-tree.h: pointers by number.</summary>
    public RadixRootStruct RadixRoot { get; } = new(wordBytes);

    /// <summary>linux/sysinfo.h: how much memory there is.</summary>
    public SysinfoStruct Sysinfo { get; } = new(wordBytes);

    /// <summary>linux/kfifo.h: a ring of elements.</summary>
    public KfifoStruct Kfifo { get; } = new(wordBytes);

    /// <summary>linux/scatterlist.h: a piece of memory.</summary>
    public ScatterlistStruct Scatterlist { get; } = new(wordBytes);

    /// <summary>linux/fs.h: a file whose owner wants SIGIO.</summary>
    public FasyncStruct Fasync { get; } = new(wordBytes);

    /// <summary>linux/spinlock.h: a spinlock.</summary>
    public SpinlockStruct Spinlock { get; } = new("spinlock_t", "slock", wordBytes);

    /// <summary>linux/spinlock.h: a spinlock for readers and writers.</summary>
    public SpinlockStruct RwLock { get; } = new("rwlock_t", "lock", wordBytes);

    /// <summary>linux/types.h: what call_rcu() is given.</summary>
    public RcuHeadStruct RcuHead { get; } = new(wordBytes);

    /// <summary>linux/shrinker.h: who can give memory back.</summary>
    public ShrinkerStruct Shrinker { get; } = new(wordBytes);

    /// <summary>linux/shrinker.h: what it is asked for.</summary>
    public ShrinkControlStruct ShrinkControl { get; } = new(wordBytes);

    /// <summary>All of them, each with the header that declares it.</summary>
    public IEnumerable<(CStruct Struct, string Header)> All =>
    [
        (CacheSizes, "linux/slab.h"),
        (KernelSymbol, "linux/export.h"),
        (File, "linux/fs.h"),
        (Inode, "linux/fs.h"),
        (Dentry, "linux/dcache.h"),
        (FileOperations, "linux/fs.h"),
        (ProcOps, "linux/proc_fs.h"),
        (PollTable, "linux/poll.h"),
        (Cdev, "linux/cdev.h"),
        (Kept, "asm/kept.h"),
        (Task, "linux/sched.h"),
        (WaitQueue, "linux/wait.h"),
        (WaitEntry, "linux/wait.h"),
        (Semaphore, "linux/semaphore.h"),
        (Completion, "linux/completion.h"),
        (TimerList, "linux/timer.h"),
        (Tasklet, "linux/interrupt.h"),
        (Work, "linux/workqueue.h"),
        (Resource, "linux/ioport.h"),
        (Timespec, "linux/time.h"),
        (ProcDirEntry, "linux/proc_fs.h"),
        (SeqFile, "linux/seq_file.h"),
        (SeqOperations, "linux/seq_file.h"),
        (Class, "linux/device.h"),
        (Device, "linux/device.h"),
        (MiscDevice, "linux/miscdevice.h"),
        (Fasync, "linux/fs.h"),
        (Files, "linux/fdtable.h"),
        (KernelParam, "linux/moduleparam.h"),
        (KernelParamOps, "linux/moduleparam.h"),
        (RadixRoot, "linux/radix-tree.h"),
        (Sysinfo, "linux/sysinfo.h"),
        (Kfifo, "linux/kfifo.h"),
        (Scatterlist, "linux/scatterlist.h"),
        (RcuHead, "linux/rcupdate.h"),
        (Shrinker, "linux/shrinker.h"),
        (ShrinkControl, "linux/shrinker.h"),
        (Spinlock, "linux/spinlock.h"),
        (RwLock, "linux/spinlock.h"),
    ];
}
