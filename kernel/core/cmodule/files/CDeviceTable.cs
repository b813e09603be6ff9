using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Character devices of C modules: struct cdev and what the kernel keeps of it.</summary>
/// <param name="runtime">What runs C code.</param>
internal sealed class CDeviceTable(CRuntime runtime)
{
    private readonly Dictionary<ulong, Cdev> _byAddress = [];

    private CharDeviceTable Devices => runtime.Kernel.Devices;

    /// <summary>cdev_alloc(): memory for one, which goes with it.</summary>
    /// <returns>Null when there is none.</returns>
    public VirtualAddress Allocate(CpuState cpu)
    {
        VirtualAddress address = runtime.Kernel.AllocateForC(cpu, runtime.Structs.Cdev.Bytes, "struct cdev");
        if (!address.IsNull)
            _byAddress[address.Value] = new Cdev(cpu.Module, IsAllocated: true);
        return address;
    }

    /// <summary>cdev_add(): it serves numbers from now on.</summary>
    /// <param name="c">The call.</param>
    /// <param name="address">The struct cdev.</param>
    /// <param name="device">The first number, a dev_t.</param>
    /// <param name="count">How many.</param>
    public void Add(ref CCall c, VirtualAddress address, uint device, uint count)
    {
        CdevStruct members = runtime.Structs.Cdev;
        c.Set(address, members.Device, device);
        c.Set(address, members.Count, count);
        if (!_byAddress.TryGetValue(address.Value, out Cdev? cdev))
            _byAddress[address.Value] = cdev = new Cdev(c.Cpu.Module, IsAllocated: false);
        foreach (DeviceNumbers numbers in DeviceNumbers.Of(device, count))
        {
            string name = Devices.Regions.FirstOrDefault(region => region.Numbers.Overlaps(numbers))?.Name ?? c.Module.Name;
            CharDevice served = new(numbers, name, new CDeviceFiles(runtime, c.Module, address), c.Cpu.Module);
            cdev.Served.Add(served);
            Devices.Serve(served);
        }
    }

    /// <summary>cdev_del(): no file is opened on it any more. Those that are open go on, so their struct cdev stays until the module goes.</summary>
    public void Delete(CpuState cpu, VirtualAddress address)
    {
        if (!_byAddress.TryGetValue(address.Value, out Cdev? cdev))
            return;
        cdev.Served.ForEach(Devices.Unserve);
        runtime.Names.Drop(cpu, address.Value);
        if (cdev.IsAllocated && cdev.Served.Exists(device => device.OpenFiles.Count != 0))
            return;
        _byAddress.Remove(address.Value);
        if (cdev.IsAllocated)
            runtime.Kernel.FreeForC(cpu, address);
    }

    /// <summary>The cdev that register_chrdev() made; null for none.</summary>
    public VirtualAddress? Find(DeviceNumbers numbers)
    {
        foreach ((ulong address, Cdev cdev) in _byAddress)
        {
            if (cdev.IsAllocated && cdev.Served.Exists(device => device.Numbers == numbers))
                return new VirtualAddress(address);
        }
        return null;
    }

    /// <summary>A module is gone or dead.</summary>
    public void Withdraw(LoadedModule owner)
    {
        foreach ((ulong address, Cdev cdev) in _byAddress)
        {
            if (cdev.Owner != owner)
                continue;
            cdev.Served.ForEach(Devices.Unserve);
            _byAddress.Remove(address);
            if (cdev.IsAllocated)
                runtime.Kernel.FreeForC(runtime.Kernel.Current, new VirtualAddress(address));
        }
    }

    private sealed record Cdev(LoadedModule? Owner, bool IsAllocated)
    {
        public List<CharDevice> Served { get; } = [];
    }
}
