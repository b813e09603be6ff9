using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>linux/ioport.h. in and out are instructions of the driver's own.</summary>
internal static class CPortExports
{
    private const ulong IsPorts = 0x8000_0100;    // IORESOURCE_IO | IORESOURCE_BUSY

    public static void AddTo(CExportTable table)
    {
        table.Function("request_region", Request);
        table.Function("release_region", Release);
    }

    private static ulong Request(ref CCall c)
    {
        (ulong start, ulong count, VirtualAddress name) = (c.Word(), c.Word(), c.Pointer());
        string text = c.Runtime.ReadString(c.Kernel, name, c.Site);
        ResourceStruct layout = c.Runtime.Structs.Resource;
        VirtualAddress at = c.Kernel.Kzalloc((ulong)layout.Bytes, GfpFlags.Kernel, c.File, c.Line, c.Member);
        if (at.IsNull)
            return 0;
        if (start > ushort.MaxValue || count > ushort.MaxValue || c.Kernel.RequestRegion((ushort)start, (ushort)count, text) != Errno.Success)
        {
            c.Kernel.Kfree(at, c.File, c.Line, c.Member);
            return 0;
        }
        c.Set(at, layout.Start, start);
        c.Set(at, layout.End, start + count - 1);
        c.Set(at, layout.Label, name.Value);
        c.Set(at, layout.Flags, IsPorts);
        c.Runtime.Regions.Set(at, c.Module, new CRegion(start, count));
        return at.Value;
    }

    private static ulong Release(ref CCall c)
    {
        CRegion wanted = new(c.Word(), c.Word());
        c.Kernel.ReleaseRegion((ushort)wanted.Start, (ushort)wanted.Count);   // tells when there is none
        foreach ((ulong at, CRegion region) in c.Runtime.Regions.All)
        {
            if (region != wanted)
                continue;
            c.Runtime.Regions.Remove(new VirtualAddress(at));
            c.Kernel.Kfree(new VirtualAddress(at), c.File, c.Line, c.Member);
            break;
        }
        return 0;
    }
}
