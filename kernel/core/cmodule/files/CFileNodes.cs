using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Files and folders that C modules have made, found by the address of the structure that stands for each.</summary>
/// <param name="runtime">What runs C code.</param>
internal sealed class CFileNodes(CRuntime runtime)
{
    private readonly Dictionary<ulong, FileNode> _byAddress = [];

    /// <summary>Notes a node; its structure is freed with it.</summary>
    public void Add(VirtualAddress address, FileNode node) => _byAddress.Add(address.Value, node);

    /// <summary>The node whose structure lies there; null when there is none.</summary>
    public FileNode? Find(VirtualAddress address) => _byAddress.GetValueOrDefault(address.Value);

    /// <summary>Removes a node with all that is in it. Files that are open are released while the driver is still there.</summary>
    public void Remove(CpuState cpu, FileNode node)
    {
        foreach (FileNode gone in node.All)
        {
            if (gone.Target is { } target)
                runtime.Kernel.Files.ReleaseAll(target, cpu);
        }
        Free(cpu, FileTree.Remove(node));
    }

    /// <summary>A module is gone or dead: removes what it left.</summary>
    /// <returns>Its paths below <paramref name="root"/>.</returns>
    public IReadOnlyList<string> Withdraw(LoadedModule owner, string root)
    {
        List<string> left = [];
        foreach (FileNode node in _byAddress.Values.Where(node => node.Owner == owner).ToArray())
        {
            if (node.Parent is null)
                continue;                         // went with its folder
            left.Add($"{root}/{node.Path}");
            Free(runtime.Kernel.Current, FileTree.Remove(node));
        }
        return left;
    }

    private void Free(CpuState cpu, IReadOnlyList<FileNode> gone)
    {
        foreach ((ulong address, FileNode node) in _byAddress)
        {
            if (!gone.Contains(node))
                continue;
            _byAddress.Remove(address);
            runtime.Kernel.FreeForC(cpu, new VirtualAddress(address));
        }
    }
}
