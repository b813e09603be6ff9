using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Classes and devices of C modules: what makes nodes in /dev. There is no sysfs.</summary>
/// <param name="runtime">What runs C code.</param>
internal sealed class CClassTable(CRuntime runtime)
{
    private readonly Dictionary<ulong, Class> _classes = [];
    private readonly Dictionary<ulong, Device> _devices = [];

    private CStructs Structs => runtime.Structs;

    /// <summary>class_create().</summary>
    /// <returns>Its struct class, or an error pointer.</returns>
    public ulong AddClass(ref CCall c, string name, ulong owner)
    {
        if (_classes.Values.Any(known => known.Name == name))
            return Exists(ref c, $"class {name}");
        VirtualAddress at = runtime.Kernel.AllocateForC(c.Cpu, Structs.Class.Bytes, "struct class");
        if (at.IsNull)
            return CCall.Failed(Errno.ENOMEM);
        c.Set(at, Structs.Class.NameOf, WriteName(ref c, at, Structs.Class.Bytes, ClassStruct.NameBytes, name));
        c.Set(at, Structs.Class.Owner, owner);
        _classes.Add(at.Value, new Class(name, c.Cpu.Module));
        return at.Value;
    }

    /// <summary>class_destroy(). NULL and error pointers are fine.</summary>
    public void RemoveClass(ref CCall c, VirtualAddress at)
    {
        if (_classes.Remove(at.Value))
            runtime.Kernel.FreeForC(c.Cpu, at);
    }

    /// <summary>device_create(): a node of /dev.</summary>
    /// <returns>Its struct device, or an error pointer.</returns>
    public ulong AddDevice(ref CCall c, ulong owner, ulong parent, uint number, ulong data, string name)
    {
        if (!_classes.ContainsKey(owner))
            throw runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"device_create({runtime.Kernel.Oops.Pointer(owner)}): there is no class at that address");
        string node = name.Replace('/', '!');
        if (_devices.Values.Any(known => known.Node == node))
            return Exists(ref c, $"device {name}");
        VirtualAddress at = runtime.Kernel.AllocateForC(c.Cpu, Structs.Device.Bytes, "struct device");
        if (at.IsNull)
            return CCall.Failed(Errno.ENOMEM);
        c.Set(at, Structs.Device.NameOf, WriteName(ref c, at, Structs.Device.Bytes, DeviceStruct.NameBytes, name));
        c.Set(at, Structs.Device.Parent, parent);
        c.Set(at, Structs.Device.Class, owner);
        c.Set(at, Structs.Device.DriverData, data);
        c.Set(at, Structs.Device.Number, number);
        _devices.Add(at.Value, new Device(node, owner, number, c.Cpu.Module));
        if (number != 0)
            AddNode(node, number, c.Cpu.Module);
        return at.Value;
    }

    /// <summary>device_destroy(): by its class and number.</summary>
    public void RemoveDevice(ref CCall c, ulong owner, uint number)
    {
        foreach ((ulong at, Device device) in _devices)
        {
            if (device.Class != owner || device.Number != number)
                continue;
            _devices.Remove(at);
            runtime.Kernel.Devices.Nodes.Remove(device.Node);
            runtime.Kernel.FreeForC(c.Cpu, new VirtualAddress(at));
            return;
        }
    }

    /// <summary>A module is gone or dead.</summary>
    /// <returns>What it left.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<string> left = [];
        foreach ((ulong at, Device device) in _devices)
        {
            if (device.Owner == owner && _devices.Remove(at))
                Drop(at, $"device {device.Node}");
        }
        foreach ((ulong at, Class known) in _classes)
        {
            if (known.Owner == owner && _classes.Remove(at))
                Drop(at, $"class {known.Name}");
        }
        return left;

        void Drop(ulong at, string what)
        {
            runtime.Kernel.FreeForC(runtime.Kernel.Current, new VirtualAddress(at));
            left.Add(what);
        }
    }

    /// <summary>A node that goes with its module.</summary>
    public void AddNode(string name, uint number, LoadedModule? owner) =>
        runtime.Kernel.Devices.Nodes.Add(new DeviceNode(name, number >> DeviceNumbers.MinorBits, number & (DeviceNumbers.Minors - 1)), owner);

    private ulong Exists(ref CCall c, string what)
    {
        runtime.Kernel.Error($"{what} is there already, at {c.Site}");
        return CCall.Failed(Errno.EEXIST);
    }

    // The name is the last member.
    private static ulong WriteName(ref CCall c, VirtualAddress at, int bytes, int nameBytes, string name)
    {
        Span<byte> text = new byte[nameBytes];
        Encoding.UTF8.TryGetBytes(name.AsSpan(0, Math.Min(name.Length, (nameBytes - 1) / 3)), text, out _);
        VirtualAddress place = at + (ulong)(bytes - nameBytes);
        c.Kernel.CopyTo(place, text);
        return place.Value;
    }

    private sealed record Class(string Name, LoadedModule? Owner);

    private sealed record Device(string Node, ulong Class, uint Number, LoadedModule? Owner);
}
