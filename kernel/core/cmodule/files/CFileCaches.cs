using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>The kernel's caches for files (Linux 2.6.24 fs/file_table.c, kernel/fork.c): filp, which open files of C drivers come from, and files_cache.</summary>
/// <remarks>Linux makes them at boot. Here they are made when they are first needed, since only C code sees them, and go with the last C module.</remarks>
/// <param name="kernel">The kernel.</param>
/// <param name="structs">What their objects are.</param>
internal sealed class CFileCaches(Kernel kernel, CStructs structs)
{
    private KmemCache? _filp, _files;
    private bool _isUnused;                       // no C module is there, but an open file was

    /// <summary>filp: struct file. Null when there is no memory for a cache.</summary>
    public KmemCache? Filp(CpuState cpu)
    {
        _isUnused = false;
        return _filp ??= kernel.CreateForC(cpu, "filp", structs.File, SlabFlags.HwCacheAlign);
    }

    /// <summary>Gives a struct file back.</summary>
    public void FreeFile(CpuState cpu, VirtualAddress file)
    {
        kernel.FreeForC(cpu, _filp!, file);
        if (_isUnused)
            Free(cpu);
    }

    /// <summary>files_cache: struct files_struct.</summary>
    public KmemCache? Files(CpuState cpu) => _files ??= kernel.CreateForC(cpu, "files_cache", structs.Files, SlabFlags.HwCacheAlign);

    /// <summary>There is no C module any more. A cache some object of which is still in use stays.</summary>
    public void Free(CpuState cpu)
    {
        _filp = kernel.DestroyForC(cpu, _filp);
        _files = kernel.DestroyForC(cpu, _files);
        _isUnused = true;
    }
}
