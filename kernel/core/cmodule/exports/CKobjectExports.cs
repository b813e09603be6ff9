using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/kobject.h: names, as drivers give them to a struct cdev.</summary>
internal static class CKobjectExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("kobject_set_name", SetName, isVariadic: true);
        table.Function("kobject_put", static (ref CCall c) => { c.Runtime.Names.Drop(c.Cpu, c.Pointer().Value); return 0; });
    }

    private static ulong SetName(ref CCall c)
    {
        VirtualAddress kobject = c.Pointer();
        byte[] text = [.. Encoding.UTF8.GetBytes(CFormat.Format(ref c, c.Text())), 0];
        VirtualAddress name = c.Runtime.Kernel.AllocateForC(c.Cpu, text.Length, "kobject name");
        if (name.IsNull)
            return CCall.Failed(Errno.ENOMEM);
        c.Kernel.CopyTo(name, text);
        c.Runtime.Names.Keep(c.Cpu, kobject.Value, name);
        c.Kernel.WritePointer(kobject, name, c.File, c.Line, c.Member);
        return 0;
    }
}
