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
    private readonly Kernel _kernel;
    private readonly InterruptController _controller;
    private readonly IrqAction?[] _actions = new IrqAction?[InterruptController.Lines];
    private readonly uint[] _counts;              // a row of lines a CPU

    public InterruptTable(Kernel kernel)
    {
        _kernel = kernel;
        _controller = kernel.Machine.Interrupts;
        _counts = new uint[kernel.Machine.Cpus.Count * InterruptController.Lines];
    }

    private sealed record IrqAction(LoadedModule? Owner, string Name, InterruptHandler? Handler);

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
        _actions[IrqLine.Timer] = new IrqAction(null, TimerName, null);
        _controller.Unmask(IrqLine.Timer);
        _kernel.Machine.Timer.StartPeriodic(VirtualClock.NsPerJiffy);
    }

    public Errno Request(LoadedModule? owner, int line, string name, InterruptHandler handler)
    {
        if (line is < 0 or >= InterruptController.Lines || handler is null)
            return Errno.EINVAL;
        if (_actions[line] is not null)
            return Errno.EBUSY;
        _actions[line] = new IrqAction(owner, name, handler);
        _controller.Clear(line);                  // what came before does not concern the new handler
        _controller.Unmask(line);
        return Errno.Success;
    }

    public void Free(int line)
    {
        if (line is < 0 or >= InterruptController.Lines || _actions[line]?.Handler is null)
        {
            _kernel.Error($"Trying to free already-free IRQ {line}");
            return;
        }
        _controller.Mask(line);
        _actions[line] = null;
    }

    /// <summary>Takes every line of a module off.</summary>
    /// <returns>The names it had registered.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<string> names = [];
        for (int line = 0; line < _actions.Length; line++)
        {
            if (_actions[line] is not { } action || action.Owner != owner)
                continue;
            names.Add($"IRQ {line} ({action.Name})");
            Free(line);
        }
        return names;
    }

    /// <summary>Every CPU whose flag is on takes what is pending.</summary>
    public void Service()
    {
        foreach (CpuState cpu in _kernel.AllCpus)
        {
            if (!_controller.HasDeliverable(cpu.Id))
                continue;
            while (_controller.TryTake(cpu.Hardware, out int line))
                Take(cpu, line);
        }
    }

    public uint Count(int cpu, int line) => _counts[(cpu * InterruptController.Lines) + line];

    /// <summary>Who hears the line; null when nobody does.</summary>
    public string? NameOf(int line) => _actions[line]?.Name;

    private void Take(CpuState cpu, int line)
    {
        _counts[(cpu.Id * InterruptController.Lines) + line]++;
        if (_actions[line] is not { } action)
        {
            Spurious++;
            return;
        }
        if (action.Handler is null)
            return;                               // the tick: the clock itself counts jiffies
        CpuState running = _kernel.Current;
        bool wasInInterrupt = cpu.InInterrupt;
        cpu.InterruptsEnabled = false;
        cpu.InInterrupt = true;
        _kernel.Current = cpu;
        bool handled = _kernel.Modules.Boundary.CallIsolated(
            action.Owner, cpu, cpu.Comm, (action.Handler, line), static (kernel, call) => call.Handler(kernel, call.line), onOops: true);
        _kernel.Current = running;
        cpu.InInterrupt = wasInInterrupt;
        cpu.InterruptsEnabled = true;
        if (!handled)
            Spurious++;
    }
}
