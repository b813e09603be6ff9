using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>An open file as C code sees it: struct file and, shared with the others on the same path, struct inode and struct dentry.</summary>
/// <param name="files">Whose memory they are.</param>
/// <param name="address">struct file.</param>
/// <param name="inode">The inode.</param>
internal sealed class CFile(CFileMemory files, VirtualAddress address, CInode inode)
{
    /// <summary>struct file.</summary>
    public VirtualAddress Address => address;

    /// <summary>struct inode.</summary>
    public VirtualAddress Inode => inode.Address;

    /// <summary>The file as its caller has it.</summary>
    public required OpenFile Host { get; init; }

    /// <summary>Gives the memory back.</summary>
    public void Free(CpuState cpu)
    {
        files.Forget(this);
        files.Caches.FreeFile(cpu, address);
        inode.Put(cpu);
    }
}
