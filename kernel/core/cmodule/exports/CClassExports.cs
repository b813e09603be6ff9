using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/device.h and linux/miscdevice.h: what makes nodes in /dev.</summary>
internal static class CClassExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("__class_create", static (ref CCall c) => { ulong owner = c.Word(); return c.Runtime.Classes.AddClass(ref c, c.Text(), owner); });
        table.Function("class_destroy", static (ref CCall c) => { c.Runtime.Classes.RemoveClass(ref c, c.Pointer()); return 0; });
        table.Function("__device_create", CreateDevice, isVariadic: true);
        table.Function("device_create", CreateDevice2624, isVariadic: true);
        table.Function("device_destroy", static (ref CCall c) => { ulong owner = c.Word(); c.Runtime.Classes.RemoveDevice(ref c, owner, c.UInt()); return 0; });
        table.Function("misc_register", static (ref CCall c) => CCall.Return(c.Runtime.Misc.Add(ref c, c.Pointer())));
        table.Function("misc_deregister", static (ref CCall c) => CCall.Return(c.Runtime.Misc.Remove(c.Pointer())));
    }

    // (class, parent, dev_t, driver data, format, ...)
    private static ulong CreateDevice(ref CCall c)
    {
        (ulong owner, ulong parent, uint number, ulong data) = (c.Word(), c.Word(), c.UInt(), c.Word());
        return c.Runtime.Classes.AddDevice(ref c, owner, parent, number, data, CFormat.Format(ref c, c.Text()));
    }

    // (class, parent, dev_t, format, ...), or with NULL before the format
    private static ulong CreateDevice2624(ref CCall c)
    {
        (ulong owner, ulong parent, uint number, VirtualAddress format) = (c.Word(), c.Word(), c.UInt(), c.Pointer());
        if (format.IsNull)
            format = c.Pointer();
        return c.Runtime.Classes.AddDevice(ref c, owner, parent, number, 0, CFormat.Format(ref c, c.Runtime.ReadString(c.Kernel, format, c.Site)));
    }
}
