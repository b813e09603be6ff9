using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Files in /proc whose functions are C code: those of struct file_operations or struct proc_ops.</summary>
/// <param name="runtime">What runs C code.</param>
/// <param name="module">The module that made the file.</param>
/// <param name="entry">Its struct proc_dir_entry.</param>
/// <param name="isProcOps">True for a file made with struct proc_ops.</param>
internal sealed class CProcFiles(CRuntime runtime, CModule module, VirtualAddress entry, bool isProcOps) : CFileOperations(runtime, module)
{
    private ProcDirEntryStruct Entry => Structs.ProcDirEntry;

    /// <inheritdoc/>
    protected override CFileFunctions Functions => isProcOps ? Structs.ProcOps.Functions : Structs.FileOperations.Functions;

    /// <inheritdoc/>
    protected override Errno NoFunction => Errno.EIO;

    /// <inheritdoc/>
    protected override VirtualAddress TableAtOpen(KernelContext kernel) =>
        new(kernel.Get(entry, isProcOps ? Entry.ProcOperations : Entry.Operations, Site));

    /// <inheritdoc/>
    protected override VirtualAddress Table(KernelContext kernel, CFile file) => isProcOps ? TableAtOpen(kernel) : base.Table(kernel, file);

    /// <inheritdoc/>
    protected override void FillInode(KernelContext kernel, VirtualAddress inode)
    {
        kernel.Set(inode, Structs.Inode.Mode, kernel.Get(entry, Entry.Mode, Site), Site);
        kernel.Set(inode, Structs.Inode.Size, kernel.Get(entry, Entry.Size, Site), Site);
        kernel.Set(inode, Structs.Inode.ProcEntry, entry.Value, Site);
    }

    // Only entry->owner, which Linux had until 2.6.29, keeps a module; later remove_proc_entry() waits and releases.
    /// <inheritdoc/>
    protected override LoadedModule? HolderOf(KernelContext kernel, VirtualAddress table) =>
        Runtime.ModuleOf(new VirtualAddress(kernel.Get(entry, Entry.Owner, Site)));
}
