using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/fs.h and linux/cdev.h: device numbers, and who serves them.</summary>
internal static class CDeviceExports
{
    private const uint WholeMajor = 256;          // minors of register_chrdev()

    public static void AddTo(CExportTable table)
    {
        table.Function("register_chrdev", static (ref CCall c) => RegisterMajor(ref c, new DeviceNumbers(c.UInt(), 0, WholeMajor)));
        table.Function("__register_chrdev", static (ref CCall c) => RegisterMajor(ref c, new DeviceNumbers(c.UInt(), c.UInt(), c.UInt())));
        table.Function("unregister_chrdev", static (ref CCall c) => UnregisterMajor(ref c, new DeviceNumbers(c.UInt(), 0, WholeMajor)));
        table.Function("__unregister_chrdev", static (ref CCall c) => UnregisterMajor(ref c, new DeviceNumbers(c.UInt(), c.UInt(), c.UInt())));
        table.Function("alloc_chrdev_region", AllocateRegion);
        table.Function("register_chrdev_region", RegisterRegion);
        table.Function("unregister_chrdev_region", UnregisterRegion);
        table.Function("cdev_init", InitCdev);
        table.Function("cdev_alloc", static (ref CCall c) => AllocateCdev(ref c).Value);
        table.Function("cdev_add", AddCdev);
        table.Function("cdev_del", DeleteCdev);
    }

    private static CharDeviceTable Devices(ref CCall c) => c.Runtime.Kernel.Devices;

    private static IoResult Take(ref CCall c, DeviceNumbers numbers, string name)
    {
        c.Runtime.Charge(c.Cpu, CRuntime.RegisterCharge);
        return Devices(ref c).Take(c.Cpu.Module, numbers, name);
    }

    // A cdev of the kernel's own serves all the numbers.
    private static ulong RegisterMajor(ref CCall c, DeviceNumbers numbers)
    {
        (string name, VirtualAddress operations) = (c.Text(), c.Pointer());
        IoResult major = Take(ref c, numbers, name);
        if (major.IsError)
            return CCall.Return(major);
        DeviceNumbers taken = numbers with { Major = (uint)major.Value };
        VirtualAddress cdev = AllocateCdev(ref c);
        if (cdev.IsNull)
        {
            Devices(ref c).Return(taken);
            return CCall.Failed(Errno.ENOMEM);
        }
        CStructs structs = c.Runtime.Structs;
        c.Set(cdev, structs.Cdev.Operations, operations.Value);
        c.Set(cdev, structs.Cdev.Owner, c.Get(operations, structs.FileOperations.Functions.Owner!));
        c.Runtime.Cdevs.Add(ref c, cdev, (taken.Major << DeviceNumbers.MinorBits) | taken.FirstMinor, taken.Count);
        return numbers.Major == 0 ? (ulong)major.Value : 0;
    }

    private static ulong UnregisterMajor(ref CCall c, DeviceNumbers numbers)
    {
        if (c.Runtime.Cdevs.Find(numbers) is not { } cdev)
            return CCall.Failed(Errno.EINVAL);
        c.Runtime.Cdevs.Delete(c.Cpu, cdev);
        Devices(ref c).Return(numbers);
        return 0;
    }

    private static ulong AllocateRegion(ref CCall c)
    {
        (VirtualAddress device, uint first, uint count, string name) = (c.Pointer(), c.UInt(), c.UInt(), c.Text());
        IoResult major = Take(ref c, new DeviceNumbers(0, first, count), name);
        if (major.IsError)
            return CCall.Return(major);
        c.Kernel.Write(device, ((uint)major.Value << DeviceNumbers.MinorBits) | first, c.File, c.Line, c.Member);
        return 0;
    }

    // All of the numbers or none.
    private static ulong RegisterRegion(ref CCall c)
    {
        (uint device, uint count, string name) = (c.UInt(), c.UInt(), c.Text());
        List<DeviceNumbers> taken = [];
        foreach (DeviceNumbers numbers in DeviceNumbers.Of(device, count))
        {
            IoResult major = Take(ref c, numbers, name);
            if (major.IsError)
            {
                foreach (DeviceNumbers before in taken)
                    Devices(ref c).Return(before);
                return CCall.Return(major);
            }
            taken.Add(numbers with { Major = (uint)major.Value });
        }
        return 0;
    }

    private static ulong UnregisterRegion(ref CCall c)
    {
        foreach (DeviceNumbers numbers in DeviceNumbers.Of(c.UInt(), c.UInt()))
            Devices(ref c).Return(numbers);
        return 0;
    }

    private static ulong InitCdev(ref CCall c)
    {
        (VirtualAddress cdev, VirtualAddress operations) = (c.Pointer(), c.Pointer());
        Clear(ref c, cdev);
        c.Set(cdev, c.Runtime.Structs.Cdev.Operations, operations.Value);
        return 0;
    }

    private static VirtualAddress AllocateCdev(ref CCall c)
    {
        VirtualAddress cdev = c.Runtime.Cdevs.Allocate(c.Cpu);
        if (!cdev.IsNull)
            Clear(ref c, cdev);
        return cdev;
    }

    private static void Clear(ref CCall c, VirtualAddress cdev)
    {
        CdevStruct members = c.Runtime.Structs.Cdev;
        c.Kernel.Memset(cdev, 0, (ulong)members.Bytes, c.File, c.Line, c.Member);
        c.Kernel.WritePointer(cdev + (ulong)members.List.Offset, cdev + (ulong)members.List.Offset, c.File, c.Line, c.Member);
        c.Kernel.WritePointer(cdev + (ulong)(members.List.Offset + c.Runtime.WordBytes), cdev + (ulong)members.List.Offset, c.File, c.Line, c.Member);
    }

    private static ulong AddCdev(ref CCall c)
    {
        (VirtualAddress cdev, uint device, uint count) = (c.Pointer(), c.UInt(), c.UInt());
        c.Runtime.Cdevs.Add(ref c, cdev, device, count);
        return 0;
    }

    private static ulong DeleteCdev(ref CCall c)
    {
        c.Runtime.Cdevs.Delete(c.Cpu, c.Pointer());
        return 0;
    }
}
