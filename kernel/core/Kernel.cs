using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>The kernel of one machine: memory management, log, modules, devices, /proc.</summary>
/// <remarks>Made by hand in one composition root, in dependency order, and disposed in reverse. It holds no static state:
/// two kernels run side by side in one process. The machine is not the kernel's; whoever made it disposes it.</remarks>
public sealed class Kernel : IDisposable
{
    private readonly BootSequence _boot;
    private readonly CpuState[] _cpus;
    private CRuntime? _c;
    private bool _isDisposed;

    /// <summary>Puts the parts together. Nothing simulated happens before <see cref="Boot"/>.</summary>
    public Kernel(Machine machine, KernelOptions options)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(options);
        Machine = machine;
        Options = options;
        Log = new PrintkLog(machine.Clock);
        Oops = new OopsPrinter(this);
        bool isShadowed = options.Watch == WatchMode.Shadow;
        Mm = new KernelMm(machine, options.Mm with { Watched = options.Watch != WatchMode.Bare || options.Faults.Count != 0, Shadow = isShadowed }, new MmReportPrinter(this));
        _cpus = new CpuState[machine.Cpus.Count];
        for (int cpu = 0; cpu < _cpus.Length; cpu++)
            _cpus[cpu] = new CpuState(machine.Cpus[cpu], Mm.Cpu(cpu));
        Current = _cpus[0];
        Tracker = options.Watch == WatchMode.Bare ? null : new AllocationTracker(this);
        Shadow = isShadowed ? new ShadowWatch(this, machine.Shadow!) : null;
        Faults = new FaultInjection(this);
        Memory = new MemoryCalls(this);
        Mm.Waiting = new TaskWaiting(this);
        Trace = new KernelTrace(this);
        Access = new AccessCalls(this);
        Time = new KernelTime(this);
        Interrupts = new InterruptTable(this);
        SoftIrqs = new SoftIrqs(this);
        Timers = new TimerTable(this);
        Workqueues = new Workqueues(this);
        Tasks = new Scheduler(this);
        Locks = new LockCalls(this);
        Spinlocks = new SpinCalls(this);
        RwSpinlocks = new RwSpinCalls(this);
        Dma = new IsaDmaChannels(this);
        Ports = new PortSpace(machine);
        Regions = new IoRegions(this);
        Devices = new CharDeviceTable(this);
        Files = new FileCalls(this);
        Polls = new PollCalls(this);
        Block = new BlockDeviceTable(this);
        BlockQueues = new BlockQueues(this);
        BlockTransfers = new BlockTransfers(this);
        Net = new NetDeviceTable(this);
        NetReceive = new NetReceive(this);
        NetTransmit = new NetTransmit(this);
        Skbs = new SkbCalls(this);
        Shrinkers = new ShrinkerTable(this);
        Reaper = new Reaper(this);
        Modules = new ModuleTable(this);
        Proc = new ProcFileSystem(this);
        Debugfs = new FileTree("/sys/kernel/debug", [], _ => false);
        _boot = new BootSequence(this);
    }

    /// <summary>The machine it runs on.</summary>
    public Machine Machine { get; }

    /// <summary>What it was started with.</summary>
    public KernelOptions Options { get; }

    /// <summary>The log.</summary>
    public PrintkLog Log { get; }

    /// <summary>Memory management.</summary>
    public KernelMm Mm { get; }

    /// <summary>Tracing of memory management.</summary>
    public KernelTrace Trace { get; }

    /// <summary>The files of /proc.</summary>
    public ProcFileSystem Proc { get; }

    /// <summary>debugfs, as it is mounted.</summary>
    public FileTree Debugfs { get; }

    /// <summary>Requests that fail on demand. Rules added later are asked every time only by a kernel that is watched.</summary>
    public FaultInjection Faults { get; }

    /// <summary>Loaded modules.</summary>
    public ModuleTable Modules { get; }

    /// <summary>Character devices and /dev.</summary>
    public CharDeviceTable Devices { get; }

    /// <summary>Calls on files.</summary>
    public FileCalls Files { get; }

    /// <summary>poll() that waits.</summary>
    internal PollCalls Polls { get; }

    /// <summary>Block devices: disks, and those that are open.</summary>
    public BlockDeviceTable Block { get; }

    /// <summary>Network devices.</summary>
    public NetDeviceTable Net { get; }

    /// <summary>Time as the kernel keeps it.</summary>
    public KernelTime Time { get; }

    /// <summary>Tasks that live, oldest first; the one that calls from outside is not among them.</summary>
    public IReadOnlyList<KernelTask> TaskList => Tasks.Tasks;

    /// <summary>Oopses since boot.</summary>
    public int Oopses => Oops.Count;

    /// <summary>What has gone wrong since boot: oopses, error reports, leaks. Not 0 is exit code 1.</summary>
    public int Errors { get; private set; }

    /// <summary>True after a panic: exit code 3.</summary>
    public bool HasPanicked => Oops.PanicText is not null;

    /// <summary>True once <see cref="Boot"/> has come to its end.</summary>
    public bool IsBooted { get; private set; }

    /// <summary>What modules left behind: listed at rmmod and at shutdown. Only a watched kernel knows.</summary>
    public IReadOnlyList<Leak> Leaks => LeakList;

    /// <summary>What is held now, by module, kind and call site, most bytes first; empty when nothing is watched.</summary>
    public IReadOnlyList<LiveGroup> LiveGroups => Tracker?.Groups() ?? [];

    /// <summary>The exit code that tells how it went: 0 fine, 1 errors, 3 panic.</summary>
    public int ExitCode => HasPanicked ? 3 : Errors != 0 ? 1 : 0;

    /// <summary>The CPU that runs. All CPUs pass one baton, so there is one.</summary>
    internal CpuState Current { get; set; }

    internal OopsPrinter Oops { get; }

    internal MemoryCalls Memory { get; }

    internal AccessCalls Access { get; }

    internal InterruptTable Interrupts { get; }

    internal SoftIrqs SoftIrqs { get; }

    internal TimerTable Timers { get; }

    internal Workqueues Workqueues { get; }

    internal Scheduler Tasks { get; }

    internal LockCalls Locks { get; }

    internal SpinCalls Spinlocks { get; }

    internal RwSpinCalls RwSpinlocks { get; }

    internal IsaDmaChannels Dma { get; }

    internal PortSpace Ports { get; }

    internal IoRegions Regions { get; }

    internal BlockQueues BlockQueues { get; }

    internal BlockTransfers BlockTransfers { get; }

    internal NetReceive NetReceive { get; }

    internal NetTransmit NetTransmit { get; }

    internal SkbCalls Skbs { get; }

    internal ShrinkerTable Shrinkers { get; }

    internal Reaper Reaper { get; }

    /// <summary>Runs C modules; made when the first one is loaded, null on a machine without cores.</summary>
    internal CRuntime? C => _c ??= Machine.Cores is { } cores ? new CRuntime(this, cores) : null;

    /// <summary>True once <see cref="C"/> was made.</summary>
    internal bool HasC => _c is not null;

    /// <summary>True for an address that C modules know as a user's.</summary>
    internal bool HasUser(ulong address) => _c?.User.Contains(address) == true;

    /// <summary>Takes away what a module has registered from C.</summary>
    /// <returns>What it was called.</returns>
    internal IReadOnlyList<string> WithdrawC(LoadedModule module) => _c?.Withdraw(module) ?? [];

    /// <summary>The same, but null before the first C module.</summary>
    internal CRuntime? RunningC => _c;

    internal List<Leak> LeakList { get; } = [];

    /// <summary>Null when nothing is watched.</summary>
    internal AllocationTracker? Tracker { get; }

    /// <summary>Null when accesses are not looked up.</summary>
    internal ShadowWatch? Shadow { get; }

    /// <summary>Brings everything up, with Linux's boot texts in the log.</summary>
    /// <exception cref="InvalidOperationException">It is up already.</exception>
    /// <exception cref="KernelPanicException">The kernel panicked on the way.</exception>
    public void Boot()
    {
        if (IsBooted)
            throw new InvalidOperationException("this kernel has been booted already");
        _boot.Run();
        IsBooted = true;
    }

    /// <summary>What kernel code running on that CPU works with, outside any module.</summary>
    public KernelContext Context(int cpu = 0)
    {
        CpuState state = _cpus[cpu];
        return new KernelContext(this, state.Mm);
    }

    /// <summary>Ends orderly: unloads every module, newest first, lists what is left, stops the clocks.</summary>
    /// <remarks>A module that died stays loaded, as rmmod says -EBUSY; its memory is listed as leaked. After a panic no
    /// module's code runs any more.</remarks>
    public void Shutdown()
    {
        if (!HasPanicked)
            Modules.UnloadAll();
        Mm.FlushQuarantine(Current.Mm);
        Tracker?.ReportWhatIsLeft();
        Reaper.Stop();
        Machine.Timer.Stop();
        Log.Printk(LogLevel.Emergency, "System halted.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        Tasks.Dispose();
        _c?.Dispose();
        Mm.Dispose();
    }

    internal CpuState Cpu(int id) => _cpus[id];

    internal CpuState Cpu(MmCpu cpu) => _cpus[cpu.Id];

    internal ReadOnlySpan<CpuState> AllCpus => _cpus;

    internal void CountError() => Errors++;

    internal void Print(LogLevel level, string text) => Log.Printk(level, text);

    /// <summary>A message about something that is wrong: printed and counted.</summary>
    internal void Error(string text)
    {
        CountError();
        Log.Printk(LogLevel.Error, text);
    }
}
