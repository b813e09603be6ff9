using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/debugfs.h.</summary>
internal static class CDebugfsExports
{
    private const int FolderMode = 0x1ed;         // 0755

    public static void AddTo(CRuntime runtime)
    {
        CExportTable table = runtime.Exports;
        table.Function("debugfs_create_file", CreateFile);
        table.Function("debugfs_create_dir", static (ref CCall c) => c.Runtime.Debugfs.Add(ref c, c.Text(), FolderMode, c.Pointer(), null));
        table.Function("debugfs_remove", static (ref CCall c) => { c.Runtime.Debugfs.Remove(c.Cpu, c.Pointer()); return 0; });
        table.Function("__debugfs_create_bool", CreateBool);
        foreach ((string name, int bytes, CDebugfsNumber.Look look) in Numbers(runtime.WordBytes))
            table.Function($"debugfs_create_{name}", (ref CCall c) => CreateNumber(ref c, bytes, look));
    }

    private static (string Name, int Bytes, CDebugfsNumber.Look Look)[] Numbers(int word) =>
    [
        ("u8", 1, CDebugfsNumber.Look.Decimal), ("u16", 2, CDebugfsNumber.Look.Decimal), ("u32", 4, CDebugfsNumber.Look.Decimal), ("u64", 8, CDebugfsNumber.Look.Decimal),
        ("x8", 1, CDebugfsNumber.Look.Hex), ("x16", 2, CDebugfsNumber.Look.Hex), ("x32", 4, CDebugfsNumber.Look.Hex), ("x64", 8, CDebugfsNumber.Look.Hex),
        ("size_t", word, CDebugfsNumber.Look.Decimal), ("ulong", word, CDebugfsNumber.Look.Decimal), ("atomic_t", 4, CDebugfsNumber.Look.Signed),
    ];

    // (name, mode, parent, data, functions)
    private static ulong CreateFile(ref CCall c)
    {
        (string name, uint mode, VirtualAddress parent, ulong data, VirtualAddress functions) = (c.Text(), c.UInt(), c.Pointer(), c.Word(), c.Pointer());
        return c.Runtime.Debugfs.Add(ref c, name, (int)mode & 0x1ff, parent, new CDebugfsFiles(c.Runtime, c.Module, functions, data));
    }

    private static ulong CreateBool(ref CCall c)
    {
        (string name, uint mode, VirtualAddress parent, VirtualAddress variable, uint bytes) = (c.Text(), c.UInt(), c.Pointer(), c.Pointer(), c.UInt());
        return c.Runtime.Debugfs.Add(ref c, name, (int)mode & 0x1ff, parent, new CDebugfsNumber(variable, bytes == 4 ? 4 : 1, CDebugfsNumber.Look.Bool));
    }

    // (name, mode, parent, variable)
    private static ulong CreateNumber(ref CCall c, int bytes, CDebugfsNumber.Look look)
    {
        (string name, uint mode, VirtualAddress parent, VirtualAddress variable) = (c.Text(), c.UInt(), c.Pointer(), c.Pointer());
        return c.Runtime.Debugfs.Add(ref c, name, (int)mode & 0x1ff, parent, new CDebugfsNumber(variable, bytes, look));
    }
}
