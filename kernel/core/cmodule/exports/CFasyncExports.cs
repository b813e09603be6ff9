using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/fs.h: files whose owners want SIGIO, a list the driver keeps.</summary>
internal static class CFasyncExports
{
    private const uint MagicValue = 0x4601;

    public static void AddTo(CExportTable table)
    {
        table.Function("fasync_helper", Helper);
        table.Function("kill_fasync", Kill);
    }

    // Positive: the list has changed.
    private static ulong Helper(ref CCall c)
    {
        (int descriptor, VirtualAddress file, int on, VirtualAddress list) = (c.Int(), c.Pointer(), c.Int(), c.Pointer());
        FasyncStruct members = c.Runtime.Structs.Fasync;
        VirtualAddress link = list;
        for (VirtualAddress at = Next(ref c, link); !at.IsNull; at = Next(ref c, link))
        {
            if (c.GetPointer(at, members.File) == file)
                return on != 0 ? Update(ref c, at, descriptor) : Remove(ref c, link, at);
            link = at + (ulong)members.Next.Offset;
        }
        return on != 0 ? Add(ref c, descriptor, file, list) : 0;
    }

    private static ulong Add(ref CCall c, int descriptor, VirtualAddress file, VirtualAddress list)
    {
        FasyncStruct members = c.Runtime.Structs.Fasync;
        VirtualAddress made = c.Runtime.Kernel.AllocateForC(c.Cpu, members.Bytes, "struct fasync_struct");
        if (made.IsNull)
            return CCall.Failed(Errno.ENOMEM);
        c.Set(made, members.Magic, MagicValue);
        c.Set(made, members.Descriptor, (uint)descriptor);
        c.Set(made, members.File, file.Value);
        c.Set(made, members.Next, Next(ref c, list).Value);
        c.Kernel.WritePointer(list, made, c.File, c.Line, c.Member);
        return 1;
    }

    private static ulong Update(ref CCall c, VirtualAddress at, int descriptor)
    {
        c.Set(at, c.Runtime.Structs.Fasync.Descriptor, (uint)descriptor);
        return 0;
    }

    private static ulong Remove(ref CCall c, VirtualAddress link, VirtualAddress at)
    {
        c.Kernel.WritePointer(link, c.GetPointer(at, c.Runtime.Structs.Fasync.Next), c.File, c.Line, c.Member);
        c.Runtime.Kernel.FreeForC(c.Cpu, at);
        return 1;
    }

    private static ulong Kill(ref CCall c)
    {
        FasyncStruct members = c.Runtime.Structs.Fasync;
        for (VirtualAddress at = Next(ref c, c.Pointer()); !at.IsNull; at = c.GetPointer(at, members.Next))
        {
            if (c.Get(at, members.Magic) != MagicValue)
                throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, "kill_fasync: bad magic number in fasync_struct!");
            if (c.Runtime.Files.Find(c.GetPointer(at, members.File)) is { } file)
                file.Host.Signals++;
        }
        return 0;
    }

    private static VirtualAddress Next(ref CCall c, VirtualAddress link) => c.GetPointer(link, new CMember("fa_next", 0, c.Runtime.WordBytes));
}
