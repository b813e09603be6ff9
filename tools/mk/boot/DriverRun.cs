using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Hosting;
using MiniKernel.Core;

namespace MiniKernel.Cli.Boot;

/// <summary>Loads the drivers of boot.json, lets them work, unloads them, and keeps account of how each fared.</summary>
/// <param name="kernel">The kernel that loads them.</param>
/// <param name="watchdog">Watches their code.</param>
/// <param name="stopping">Ctrl-C came.</param>
internal sealed class DriverRun(Kernel kernel, Watchdog watchdog, CancellationToken stopping)
{
    private readonly List<DriverOutcome> _outcomes = [];

    /// <summary>One outcome a driver, in the order of boot.json; complete after <see cref="ShutDown"/>.</summary>
    public IReadOnlyList<DriverOutcome> Outcomes => _outcomes;

    /// <summary>Loads all, in the order of boot.json, then lets each do its boot workload.</summary>
    /// <param name="drivers">The drivers.</param>
    /// <param name="between">Called when they are loaded and have not worked yet.</param>
    public void LoadAndWork(IReadOnlyList<ReadyDriver> drivers, Action? between = null)
    {
        foreach (ReadyDriver driver in drivers)
            Load(driver);
        between?.Invoke();
        foreach (DriverOutcome outcome in _outcomes)
            Work(outcome);
    }

    /// <summary>Unloads what can be unloaded, newest first, and halts.</summary>
    public void ShutDown()
    {
        foreach (LoadedModule module in kernel.Modules.Loaded.Reverse().ToArray())
        {
            DriverOutcome outcome = _outcomes.Find(candidate => candidate.Name == module.Name)!;
            outcome.IsPermanent = module.IsPermanent;
            if (!module.IsPermanent)
                outcome.Unloaded = Call(outcome, DriverPhase.Exit, () => kernel.Modules.Rmmod(module.Name));
        }
        kernel.Shutdown();
        foreach (DriverOutcome outcome in _outcomes)
            outcome.Leaked = kernel.Leaks.Where(leak => leak.Module == outcome.Name).Sum(leak => leak.Count);
    }

    private void Load(ReadyDriver driver)
    {
        stopping.ThrowIfCancellationRequested();
        var outcome = new DriverOutcome(driver.Module.Name);
        _outcomes.Add(outcome);
        outcome.Loaded = Call(outcome, DriverPhase.Init, () => kernel.Modules.Insmod(driver.Module.Instance, driver.Parameters));
    }

    private void Work(DriverOutcome outcome)
    {
        if (outcome.Loaded != Errno.Success)
            return;
        stopping.ThrowIfCancellationRequested();
        if (kernel.Modules.Find(outcome.Name) is not { } module)
            return; // it was loaded under another name than it had before
        outcome.Work = Call(outcome, DriverPhase.Workload, () => kernel.Modules.RunWorkload(module));
        if (outcome.Work is { Error: not Errno.Success })
            outcome.Reports--; // the kernel counts that as an error as well
    }

    private T Call<T>(DriverOutcome outcome, DriverPhase phase, Func<T> code)
    {
        int before = Reports;
        T result = watchdog.Watch(outcome.Name, phase, code);
        outcome.Reports += Reports - before;
        return result;
    }

    private int Reports => kernel.Errors - kernel.Leaks.Count; // a leak is an error of its own
}
