using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Misc devices of C modules: minors of major 10 (Linux 2.6.24 drivers/char/misc.c).</summary>
/// <param name="runtime">What runs C code.</param>
internal sealed class CMiscTable(CRuntime runtime)
{
    private const uint Major = 10, AnyMinor = 255, DynamicMinors = 64, Minors = 256;
    private readonly Dictionary<ulong, MiscDevice> _devices = [];

    private CharDeviceTable Devices => runtime.Kernel.Devices;

    private static DeviceNumbers All => new(Major, 0, Minors);

    /// <summary>misc_register().</summary>
    public Errno Add(ref CCall c, VirtualAddress at)
    {
        MiscDeviceStruct members = runtime.Structs.MiscDevice;
        if (Reserve((uint)c.Get(at, members.Minor)) is not { } minor)
            return Errno.EBUSY;
        if (_devices.Count == 0 && Devices.Take(null, All, "misc") is { IsError: true } taken)
            return taken.Error;
        c.Set(at, members.Minor, minor);
        string name = runtime.ReadString(c.Kernel, c.GetPointer(at, members.NameOf), c.Site);
        VirtualAddress nodeName = c.GetPointer(at, members.Node);
        string node = nodeName.IsNull ? name : runtime.ReadString(c.Kernel, nodeName, c.Site);
        CharDevice device = new(new DeviceNumbers(Major, minor, 1), name, new CMiscFiles(runtime, c.Module, at), c.Cpu.Module);
        _devices[at.Value] = new MiscDevice(device, node);
        Devices.Serve(device);
        runtime.Classes.AddNode(node, (Major << DeviceNumbers.MinorBits) | minor, c.Cpu.Module);
        return Errno.Success;
    }

    /// <summary>misc_deregister().</summary>
    public Errno Remove(VirtualAddress at)
    {
        if (!_devices.Remove(at.Value, out MiscDevice? gone))
            return Errno.EINVAL;
        Devices.Unserve(gone.Device);
        Devices.Nodes.Remove(gone.Node);
        if (_devices.Count == 0)
            Devices.Return(All);
        return Errno.Success;
    }

    /// <summary>A module is gone or dead.</summary>
    /// <returns>What it left.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner)
    {
        List<string> left = [];
        foreach ((ulong at, MiscDevice known) in _devices)
        {
            if (known.Device.Owner == owner && Remove(new VirtualAddress(at)) == Errno.Success)
                left.Add($"misc device {known.Node}");
        }
        return left;
    }

    // Those that are given out come from 63 downwards.
    private uint? Reserve(uint wanted)
    {
        if (wanted != AnyMinor)
            return wanted < Minors && IsFree(wanted) ? wanted : null;
        for (uint minor = DynamicMinors; minor-- > 0;)
        {
            if (IsFree(minor))
                return minor;
        }
        return null;
    }

    private bool IsFree(uint minor) => !_devices.Values.Any(known => known.Device.Numbers.FirstMinor == minor);

    private sealed record MiscDevice(CharDevice Device, string Node);
}
