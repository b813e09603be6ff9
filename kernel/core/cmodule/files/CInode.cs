using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>struct inode and struct dentry of a path with files open on it: one block of memory.</summary>
/// <param name="files">Whose memory it is.</param>
/// <param name="key">What the path leads to.</param>
/// <param name="address">struct inode.</param>
internal sealed class CInode(CFileMemory files, (FileTarget Target, int Minor) key, VirtualAddress address)
{
    private int _users;

    /// <summary>struct inode.</summary>
    public VirtualAddress Address => address;

    /// <summary>Behind it.</summary>
    public VirtualAddress Dentry => address + (ulong)files.Structs.Inode.Bytes;

    /// <summary>A file is opened.</summary>
    public CInode Get()
    {
        _users++;
        return this;
    }

    /// <summary>A file is closed; with the last one it goes.</summary>
    public void Put(CpuState cpu)
    {
        if (--_users != 0)
            return;
        files.Forget(key);
        files.Kernel.FreeForC(cpu, address);
    }
}
