using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Hears an interrupt.</summary>
/// <param name="kernel">The kernel, in interrupt context: no sleeping.</param>
/// <param name="line">The line that was raised.</param>
/// <returns>IRQ_HANDLED: true when the handler's device was the one.</returns>
[DriverSurface]
public delegate bool InterruptHandler(KernelContext kernel, int line);

/// <summary>Who hears which interrupt line, and how often each came: request_irq() and kstat of Linux 2.6 kernel/irq.</summary>
internal sealed class InterruptTable
{
    private const string TimerName = "timer";

    // note_interrupt() of kernel/irq/spurious.c: a look every so many, and how many of them are too many.
    private const uint UnhandledWindow = 100_000, UnhandledLimit = 99_900;
    private readonly Kernel _kernel;
    private readonly InterruptController _controller;
    private readonly IrqLineState[] _lines = new IrqLineState[InterruptController.Lines];
    private readonly uint[] _counts;              // a row of lines a CPU

    public InterruptTable(Kernel kernel)
    {
        _kernel = kernel;
        _controller = kernel.Machine.Interrupts;
        _counts = new uint[kernel.Machine.Cpus.Count * InterruptController.Lines];
        for (int line = 0; line < _lines.Length; line++)
            _lines[line] = new IrqLineState();
    }

    /// <summary>Interrupts nobody had asked for, or nobody recognised: irq_err_count.</summary>
    public uint Spurious { get; private set; }

    /// <summary>Turns interrupts on and starts the tick.</summary>
    public void Start()
    {
        foreach (CpuState cpu in _kernel.AllCpus)
        {
            cpu.InterruptsEnabled = true;
            cpu.BootIsOver = true;
        }
        _lines[IrqLine.Timer].Actions = [new IrqAction(null, TimerName, null, IrqFlags.Disabled, null)];
        _controller.Unmask(IrqLine.Timer);
        _kernel.Machine.Timer.StartPeriodic(VirtualClock.NsPerJiffy);
    }

    /// <summary>setup_irq(): a line has one handler, or several that all agreed to share.</summary>
    public Errno Request(IrqAction action, int line)
    {
        bool isShared = (action.Flags & IrqFlags.Shared) != 0;
        if (line is < 0 or >= InterruptController.Lines || action.Handler is null || (isShared && action.Device is null))
            return Errno.EINVAL;
        IrqLineState state = _lines[line];
        if (state.Actions.Count != 0)
        {
            if (!isShared || (state.Actions[0].Flags & IrqFlags.Shared) == 0)
                return Errno.EBUSY;
            state.Actions = [.. state.Actions, action];
            return Errno.Success;
        }
        state.Actions = [action];
        (state.Disabled, state.Seen, state.Unhandled) = (0, 0, 0);
        _controller.Clear(line);                  // what came before does not concern the new handler
        _controller.Unmask(line);
        return Errno.Success;
    }

    /// <summary>free_irq(): of a shared line the handler of that device.</summary>
    public void Free(int line, object? device)
    {
        IrqAction? action = line is < 0 or >= InterruptController.Lines
            ? null
            : _lines[line].Actions.FirstOrDefault(candidate => candidate.Handler is not null && Equals(candidate.Device, device));
        if (action is null)
            _kernel.Error($"Trying to free already-free IRQ {line}");
        else
            Remove(line, action);
    }

    /// <summary>disable_irq(): requests are held back until as many enable_irq() calls.</summary>
    public Errno Disable(int line)
    {
        if (line is < 0 or >= InterruptController.Lines)
            return Errno.EINVAL;
        if (_lines[line].Disabled++ == 0)
            _controller.Mask(line);
        return Errno.Success;
    }

    /// <summary>enable_irq().</summary>
    public Errno Enable(int line, CallSite site)
    {
        if (line is < 0 or >= InterruptController.Lines)
            return Errno.EINVAL;
        if (_lines[line].Disabled == 0)
        {
            _kernel.Error($"Unbalanced enable for IRQ {line} from {site}");
            return Errno.EINVAL;
        }
        if (--_lines[line].Disabled == 0 && _lines[line].Actions.Count != 0)
            _controller.Unmask(line);
        return Errno.Success;
    }

    /// <summary>Takes every line of a module off.</summary>
    /// <returns>The names it had registered.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<string> names = [];
        for (int line = 0; line < _lines.Length; line++)
        {
            foreach (IrqAction action in _lines[line].Actions.Where(action => action.Owner == owner))
            {
                names.Add($"IRQ {line} ({action.Name}){action.Note}");
                Remove(line, action);
            }
        }
        return names;
    }

    /// <summary>Every CPU whose flag is on takes what is pending, then runs what its handlers put off.</summary>
    /// <remarks>All CPUs' interrupts run on the stack of the one that has the baton. While that one holds a spinlock the
    /// others' wait: a handler that wanted the lock would spin for ever, which on a real machine it would not.</remarks>
    public void Service()
    {
        CpuState running = _kernel.Current;
        bool holdsLock = running.LocksHeld != 0;
        foreach (CpuState cpu in _kernel.AllCpus)
        {
            if (holdsLock && cpu != running)
                continue;
            while (_controller.HasDeliverable(cpu.Id) && _controller.TryTake(cpu.Hardware, out int line))
                Take(cpu, line);
            if (_kernel.SoftIrqs.WillRun(cpu))
                _kernel.SoftIrqs.Run(cpu);
        }
    }

    /// <summary>True when the CPU would take an interrupt now.</summary>
    public bool IsDeliverable(CpuState cpu) => cpu.InterruptsEnabled && _controller.HasDeliverable(cpu.Id);

    public uint Count(int cpu, int line) => _counts[(cpu * InterruptController.Lines) + line];

    /// <summary>Interrupts of the line that nobody recognised.</summary>
    public uint Unhandled(int line) => _lines[line].TotalUnhandled;

    /// <summary>Who hears the line; null when nobody does.</summary>
    public string? NameOf(int line) => _lines[line].Actions.Count == 0 ? null : string.Join(", ", _lines[line].Actions.Select(action => action.Name));

    private void Remove(int line, IrqAction action)
    {
        _lines[line].Actions = [.. _lines[line].Actions.Where(other => !ReferenceEquals(other, action))];
        if (_lines[line].Actions.Count == 0)
            _controller.Mask(line);
    }

    private void Take(CpuState cpu, int line)
    {
        _counts[(cpu.Id * InterruptController.Lines) + line]++;
        IrqLineState state = _lines[line];
        if (state.Actions.Count == 0)
        {
            Spurious++;
            return;
        }
        if (line == IrqLine.Timer)
            return;                               // the tick: the clock itself counts jiffies
        if (!Handle(cpu, line, state.Actions))
        {
            Spurious++;
            state.TotalUnhandled++;
            state.Unhandled++;
        }
        if (++state.Seen >= UnhandledWindow)
            NoteWindow(line, state);
    }

    // handle_IRQ_event(): every handler of the line is asked.
    private bool Handle(CpuState cpu, int line, IReadOnlyList<IrqAction> actions)
    {
        CpuState running = _kernel.Current;
        bool wasInInterrupt = cpu.InInterrupt, handled = false;
        cpu.InterruptsEnabled = false;
        cpu.InInterrupt = true;
        _kernel.Current = cpu;
        try
        {
            foreach (IrqAction action in actions)
            {
                handled |= _kernel.Modules.Boundary.CallIsolated(
                    action.Owner, cpu, cpu.Comm, (action.Handler, line), static (kernel, call) => call.Handler!(kernel, call.line), onOops: true);
            }
        }
        finally
        {
            _kernel.Current = running;
            cpu.InInterrupt = wasInInterrupt;
            cpu.InterruptsEnabled = true;
        }
        return handled;
    }

    private void NoteWindow(int line, IrqLineState state)
    {
        if (state.Unhandled > UnhandledLimit)
        {
            _kernel.Error($"irq {line}: nobody cared (try booting with the \"irqpoll\" option)\nhandlers: {NameOf(line)}\nDisabling IRQ #{line}");
            Disable(line);
        }
        (state.Seen, state.Unhandled) = (0, 0);
    }
}
