using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Files on a character device of C code (Linux 2.6.24 fs/char_dev.c, chrdev_open).</summary>
/// <param name="runtime">What runs C code.</param>
/// <param name="module">The module that registered it.</param>
/// <param name="cdev">Its struct cdev.</param>
internal sealed class CDeviceFiles(CRuntime runtime, CModule module, VirtualAddress cdev) : CFileOperations(runtime, module)
{
    /// <inheritdoc/>
    protected override VirtualAddress TableAtOpen(KernelContext kernel) => new(kernel.Get(cdev, Structs.Cdev.Operations, Site));

    /// <inheritdoc/>
    protected override void FillInode(KernelContext kernel, VirtualAddress inode)
    {
        kernel.Set(inode, Structs.Inode.CharDevice, cdev.Value, Site);
        kernel.Set(inode, Structs.Inode.Operations, TableAtOpen(kernel).Value, Site);
    }

    // cdev_get() and fops_get(): either names the module.
    /// <inheritdoc/>
    protected override LoadedModule? HolderOf(KernelContext kernel, VirtualAddress table) =>
        base.HolderOf(kernel, table) ?? Runtime.ModuleOf(new VirtualAddress(kernel.Get(cdev, Structs.Cdev.Owner, Site)));
}
