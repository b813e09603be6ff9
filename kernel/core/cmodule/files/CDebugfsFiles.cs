using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Files in debugfs whose functions are C code.</summary>
/// <param name="runtime">What runs C code.</param>
/// <param name="module">The module that made the file.</param>
/// <param name="table">Its struct file_operations.</param>
/// <param name="data">What the inode has as i_private.</param>
internal sealed class CDebugfsFiles(CRuntime runtime, CModule module, VirtualAddress table, ulong data) : CFileOperations(runtime, module)
{
    private const ulong FileMode = 0x8000;        // S_IFREG

    /// <inheritdoc/>
    protected override VirtualAddress TableAtOpen(KernelContext kernel) => table;

    /// <inheritdoc/>
    protected override void FillInode(KernelContext kernel, VirtualAddress inode)
    {
        kernel.Set(inode, Structs.Inode.Mode, FileMode, Site);
        kernel.Set(inode, Structs.Inode.Private, data, Site);
    }
}
