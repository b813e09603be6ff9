using MiniKernel.Cli.Config;
using MiniKernel.Cli.Hosting;
using MiniKernel.Core;
using MiniKernel.Drivers;

namespace MiniKernel.Cli.Boot;

/// <summary>Loads the drivers of boot.json, lets them work, unloads them.</summary>
internal sealed class DriverRun(Kernel kernel, Watchdog watchdog, CancellationToken stopping)
{
    /// <summary>Loads all, in the order of boot.json, then lets each do its boot workload.</summary>
    /// <returns>One outcome a driver.</returns>
    public List<DriverOutcome> LoadAndWork(IReadOnlyList<DriverRequest> drivers)
    {
        Errno[] loaded = [.. drivers.Select(Load)];
        var outcomes = new List<DriverOutcome>();
        for (int i = 0; i < drivers.Count; i++)
            outcomes.Add(Work(drivers[i].Name, loaded[i]));
        return outcomes;
    }

    /// <summary>Unloads what can be unloaded, newest first, and halts.</summary>
    public void ShutDown()
    {
        foreach (LoadedModule module in kernel.Modules.Loaded.Reverse().ToArray())
            watchdog.Watch(module.Name, () => kernel.Modules.Rmmod(module.Name));
        kernel.Shutdown();
    }

    private Errno Load(DriverRequest driver)
    {
        stopping.ThrowIfCancellationRequested();
        IKernelModule module = SampleDrivers.Find(driver.Name)!.Create(); // the reader has checked the name
        return watchdog.Watch(driver.Name, () => kernel.Modules.Insmod(module, driver.Parameters));
    }

    private DriverOutcome Work(string name, Errno loaded)
    {
        if (loaded != Errno.Success)
            return new DriverOutcome(name, $"insmod: -{loaded}", loaded, "");
        stopping.ThrowIfCancellationRequested();
        LoadedModule module = kernel.Modules.Find(name)!;
        WorkloadResult? result = watchdog.Watch(name, () => kernel.Modules.RunWorkload(module));
        return result is null || result.Error == Errno.Success
            ? new DriverOutcome(name, "ok", Errno.Success, result?.Summary ?? "loaded")
            : new DriverOutcome(name, $"work: -{result.Error}", result.Error, result.Summary);
    }
}
