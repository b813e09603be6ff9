using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>What C modules have made in debugfs: struct dentry, found by its address.</summary>
/// <param name="runtime">What runs C code.</param>
internal sealed class CDebugfsTable(CRuntime runtime)
{
    private readonly CFileNodes _nodes = new(runtime);

    private FileTree Tree => runtime.Kernel.Debugfs;

    /// <summary>Makes a file or a folder.</summary>
    /// <param name="c">The call.</param>
    /// <param name="name">Its name.</param>
    /// <param name="mode">Permissions.</param>
    /// <param name="parent">The folder's dentry; null for debugfs itself, an error pointer for a folder that could not be made.</param>
    /// <param name="operations">What the file does; null for a folder.</param>
    /// <returns>Its dentry; else what the API has for an error.</returns>
    public ulong Add(ref CCall c, string name, int mode, VirtualAddress parent, IFileOperations? operations)
    {
        DentryStruct members = runtime.Structs.Dentry;
        FileNode? folder = parent.IsNull ? Tree.Top : _nodes.Find(parent);
        if (folder is not { Target: null })
            return Failed(Errno.ENOENT);
        byte[] text = Encoding.UTF8.GetBytes(name);
        VirtualAddress at = runtime.Kernel.AllocateForC(c.Cpu, members.Bytes + text.Length + 1, "struct dentry");
        if (at.IsNull)
            return Failed(Errno.ENOMEM);
        FileTarget? target = operations is null ? null : new FileTarget(name, operations, c.Cpu.Module);
        if (name.Contains('/', StringComparison.Ordinal) || Tree.Add(folder, name, mode, target, c.Cpu.Module) is not { } node)
        {
            runtime.Kernel.FreeForC(c.Cpu, at);
            return Failed(Errno.EEXIST);
        }
        c.Kernel.CopyTo(at + (ulong)members.Bytes, text);
        c.Set(at, members.NameOf, (at + (ulong)members.Bytes).Value);
        c.Set(at, members.Length, (ulong)text.Length);
        c.Set(at, members.Parent, parent.Value);
        _nodes.Add(at, node);
        return at.Value;
    }

    /// <summary>debugfs_remove(): with all that is in it. What is no dentry (NULL, an error pointer) is fine.</summary>
    public void Remove(CpuState cpu, VirtualAddress dentry)
    {
        if (_nodes.Find(dentry) is not { } node)
            return;
        _nodes.Remove(cpu, node);
    }

    /// <summary>A module is gone or dead.</summary>
    /// <returns>What it left.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner) => _nodes.Withdraw(owner, Tree.Root);

    private ulong Failed(Errno error) => runtime.Kernel.Options.Api == KernelApi.Linux2624 ? 0 : CCall.Failed(error);
}
