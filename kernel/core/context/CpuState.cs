using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>What the kernel keeps per CPU: who runs there, in which context, and where its last kernel call came from.</summary>
/// <remarks>Linux's thread_info and current in one. Whatever makes the context atomic also tells mm's view of the CPU,
/// whose fast path then leaves __GFP_WAIT to the slow one.</remarks>
internal sealed class CpuState(Cpu hardware, MmCpu mm)
{
    private MmCpu _mm = mm;
    private int _preemptCount;
    private bool _inInterrupt;

    public int Id => hardware.Id;

    public Cpu Hardware => hardware;

    public MmCpu Mm => _mm;

    /// <summary>The module whose code runs, and to which allocations belong; null is the kernel itself.</summary>
    public LoadedModule? Module { get; set; }

    /// <summary>current->comm.</summary>
    public string Comm { get; set; } = "swapper";

    /// <summary>current->pid: there are no tasks, only the idle one and whoever called into a module.</summary>
    public int Pid => Comm == "swapper" ? 0 : 1;

    /// <summary>Where the last kernel call that left its fast path came from.</summary>
    public CallSite Site { get; set; }

    /// <summary>Module boundaries on the stack of the running context.</summary>
    public int Depth { get; set; }

    /// <summary>The same, interrupted contexts included.</summary>
    public int Nesting { get; set; }

    /// <summary>Virtual time at which the running module has used up its budget.</summary>
    public ulong DeadlineNs { get; set; } = ulong.MaxValue;

    /// <summary>preempt_count() of preempt_disable and held spinlocks.</summary>
    public int PreemptCount
    {
        get => _preemptCount;
        set
        {
            _preemptCount = value;
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

    /// <summary>in_atomic(): sleeping is forbidden whatever the interrupt flag says.</summary>
    public bool InAtomic => _preemptCount != 0 || _inInterrupt;

    // Interrupts are off until boot has got far enough; Linux's might_sleep() is silent that early too.
    private void TellMm() => _mm.AtomicContext = InAtomic || (!hardware.InterruptsEnabled && BootIsOver);

    /// <summary>Set when interrupts are turned on for the first time.</summary>
    public bool BootIsOver { get; set; }
}
