namespace MiniKernel.Core;

/// <summary>Network interfaces (Linux 2.6.24 net/core/dev.c).</summary>
public sealed class NetDeviceTable
{
    private const int NamesTried = 1000;
    private readonly Kernel _kernel;
    private readonly List<NetDevice> _devices = [];

    internal NetDeviceTable(Kernel kernel) => _kernel = kernel;

    /// <summary>Interfaces in the order they were registered.</summary>
    public IReadOnlyList<NetDevice> Devices => _devices;

    /// <summary>dev_get_by_name(): null when there is none.</summary>
    public NetDevice? Find(string name) => _devices.Find(device => device.Name == name);

    internal Errno Register(LoadedModule? owner, NetDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.IsRegistered || string.IsNullOrEmpty(device.Name) || device.Operations is null)
            return Errno.EINVAL;
        string? name = FreeName(device.Name);
        if (name is null)
            return Errno.EEXIST;
        (device.Name, device.Owner, device.IsRegistered) = (name, owner, true);
        _devices.Add(device);
        return Errno.Success;
    }

    /// <summary>unregister_netdev(): takes it down first.</summary>
    internal Errno Unregister(CpuState cpu, NetDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!_devices.Contains(device))
            return Errno.EINVAL;
        Close(cpu, device);
        Remove(cpu, device);
        return Errno.Success;
    }

    /// <summary>dev_open().</summary>
    internal Errno Open(CpuState cpu, NetDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!device.IsRegistered)
            return Errno.ENODEV;
        if (device.IsUp)
            return Errno.Success;
        device.IsQueueStopped = false;
        Errno error = _kernel.Modules.Boundary.Call(
            device.Owner, cpu, cpu.Comm, device, static (kernel, opened) => opened.Operations.Open(kernel, opened), Errno.EIO);
        device.IsUp = error == Errno.Success && device.IsRegistered;
        return error;
    }

    /// <summary>dev_close(): what still waits for the driver is dropped.</summary>
    internal Errno Close(CpuState cpu, NetDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!device.IsUp)
            return Errno.Success;
        device.IsUp = false;
        _kernel.NetTransmit.Purge(cpu, device);
        _kernel.Modules.Boundary.Call(device.Owner, cpu, cpu.Comm, device, static (kernel, closed) => Stop(kernel, closed), onOops: true);
        return Errno.Success;
    }

    /// <summary>Takes every interface of a module off.</summary>
    /// <returns>What they were called.</returns>
    internal IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        NetDevice[] own = [.. _devices.Where(device => device.Owner == owner)];
        foreach (NetDevice device in own)
        {
            device.IsUp = false;
            _kernel.NetTransmit.Purge(_kernel.Current, device);
            Remove(_kernel.Current, device);
        }
        return [.. own.Select(device => $"network interface {device.Name}")];
    }

    private static bool Stop(KernelContext kernel, NetDevice device)
    {
        device.Operations.Stop(kernel, device);
        return true;
    }

    private void Remove(CpuState cpu, NetDevice device)
    {
        _kernel.NetReceive.Forget(cpu, device);
        _devices.Remove(device);
        device.IsRegistered = false;
    }

    // dev_alloc_name().
    private string? FreeName(string wanted)
    {
        if (!wanted.Contains("%d", StringComparison.Ordinal))
            return Find(wanted) is null ? wanted : null;
        for (int number = 0; number < NamesTried; number++)
        {
            string name = wanted.Replace("%d", number.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
            if (Find(name) is null)
                return name;
        }
        return null;
    }
}
