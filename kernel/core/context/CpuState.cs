using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>What the kernel keeps per CPU: who runs there, in which context, and where its last kernel call came from.</summary>
/// <remarks>Linux's thread_info and current in one. Whatever makes the context atomic also tells mm's view of the CPU,
/// whose fast path then leaves __GFP_WAIT to the slow one.</remarks>
internal sealed class CpuState(Cpu hardware, MmCpu mm)
{
    /// <summary>The idle task's name.</summary>
    public const string IdleComm = "swapper";

    // include/linux/hardirq.h: the fields of preempt_count().
    private const int SoftIrqOffset = 0x100, HardIrqOffset = 0x10000;
    private MmCpu _mm = mm;
    private int _preemptCount, _softIrqDisabled;
    private bool _inInterrupt, _inSoftIrq;

    public int Id => hardware.Id;

    public Cpu Hardware => hardware;

    public MmCpu Mm => _mm;

    /// <summary>The task that runs here; null for the idle one and for whoever called in from outside.</summary>
    public KernelTask? Task { get; private set; }

    /// <summary>The module whose code runs, and to which allocations belong; null is the kernel itself.</summary>
    public LoadedModule? Module { get; set; }

    /// <summary>current->comm.</summary>
    public string Comm { get; set; } = IdleComm;

    /// <summary>current->pid.</summary>
    public int Pid => Task is { } task ? task.Pid : Comm == IdleComm ? 0 : KernelTask.HostPid;

    /// <summary>Who runs, as reports name it.</summary>
    public TaskName TaskName => new(Comm, Pid);

    /// <summary>Where the last kernel call that left its fast path came from.</summary>
    public CallSite Site { get; set; }

    /// <summary>Module boundaries on the stack of the running context.</summary>
    public int Depth { get; set; }

    /// <summary>The same, interrupted contexts included.</summary>
    public int Nesting { get; set; }

    /// <summary>Virtual time at which the running module has used up its budget.</summary>
    public ulong DeadlineNs { get; set; } = ulong.MaxValue;

    /// <summary>What the running task has of C code on its stack; null when it has none.</summary>
    public CThread? CThread { get; set; }

    /// <summary>What kmap_atomic() shows just now, the last one at the end.</summary>
    public List<AtomicKmap> AtomicKmaps { get; } = [];

    /// <summary>Number of spinlocks held here.</summary>
    public int LocksHeld { get; set; }

    /// <summary>Which they are, the last one taken at the end.</summary>
    public List<HeldLock> HeldLocks { get; } = [];

    /// <summary>The part of preempt_count() that preempt_disable and held spinlocks make.</summary>
    public int PreemptCount
    {
        get => _preemptCount;
        set
        {
            _preemptCount = value;
            TellMm();
        }
    }

    /// <summary>local_bh_disable() calls to be undone.</summary>
    public int SoftIrqDisabled
    {
        get => _softIrqDisabled;
        set
        {
            _softIrqDisabled = value;
            TellMm();
        }
    }

    /// <summary>True in a timer or tasklet.</summary>
    public bool InSoftIrq
    {
        get => _inSoftIrq;
        set
        {
            _inSoftIrq = value;
            TellMm();
        }
    }

    /// <summary>True in an interrupt handler.</summary>
    public bool InInterrupt
    {
        get => _inInterrupt;
        set
        {
            _inInterrupt = value;
            TellMm();
        }
    }

    /// <summary>The interrupt flag.</summary>
    public bool InterruptsEnabled
    {
        get => hardware.InterruptsEnabled;
        set
        {
            hardware.InterruptsEnabled = value;
            TellMm();
        }
    }

    /// <summary>True where the running code is not the task's own: an interrupt handler, a timer, a tasklet.</summary>
    public bool IsInterrupted => _inInterrupt || _inSoftIrq;

    /// <summary>in_atomic(): sleeping is forbidden whatever the interrupt flag says.</summary>
    public bool InAtomic => FullPreemptCount != 0;

    /// <summary>True where timers and tasklets may run.</summary>
    public bool TakesSoftIrqs => !IsInterrupted && _softIrqDisabled == 0 && hardware.InterruptsEnabled;

    /// <summary>preempt_count() as Linux's messages show it.</summary>
    public int FullPreemptCount =>
        _preemptCount + ((_softIrqDisabled + (_inSoftIrq ? 1 : 0)) * SoftIrqOffset) + (_inInterrupt ? HardIrqOffset : 0);

    /// <summary>Set when interrupts are turned on for the first time.</summary>
    public bool BootIsOver { get; set; }

    /// <summary>Everything that changes hands with the CPU.</summary>
    public CpuContext Context
    {
        get => new(
            Task, Module, Comm, Site, Depth, Nesting, DeadlineNs,
            _preemptCount, _softIrqDisabled, LocksHeld, _inSoftIrq, _inInterrupt, hardware.InterruptsEnabled, CThread);
        set
        {
            (Task, Module, Comm, Site) = (value.Task, value.Module, value.Comm, value.Site);
            (Depth, Nesting, DeadlineNs, LocksHeld) = (value.Depth, value.Nesting, value.DeadlineNs, value.LocksHeld);
            (_preemptCount, _softIrqDisabled) = (value.PreemptCount, value.SoftIrqDisabled);
            (_inSoftIrq, _inInterrupt, CThread) = (value.InSoftIrq, value.InInterrupt, value.CThread);
            InterruptsEnabled = value.InterruptsEnabled;
        }
    }

    /// <summary>A spinlock is taken here, by the kernel call at <see cref="Site"/>.</summary>
    public void Hold(object spinlock, string name)
    {
        HeldLocks.Add(new HeldLock(spinlock, name, Site));
        PreemptCount++;
        LocksHeld++;
    }

    /// <summary>One of them is released; it may be one that was forgotten with the call that left it held.</summary>
    public void LetGo(object spinlock)
    {
        int index = HeldLocks.Count - 1;
        while (index >= 0 && HeldLocks[index].Lock != spinlock)
            index--;
        if (index >= 0)
            HeldLocks.RemoveAt(index);
        PreemptCount--;
        LocksHeld--;
    }

    /// <summary>Forgets which spinlocks are held, but for the first ones.</summary>
    public void ForgetHeldLocks(int kept)
    {
        if (HeldLocks.Count > kept)
            HeldLocks.RemoveRange(kept, HeldLocks.Count - kept);
    }

    // Interrupts are off until boot has got far enough; Linux's might_sleep() is silent that early too.
    private void TellMm() => _mm.AtomicContext = InAtomic || (!hardware.InterruptsEnabled && BootIsOver);
}
