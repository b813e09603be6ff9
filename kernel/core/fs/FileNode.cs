using System.Globalization;

namespace MiniKernel.Core;

/// <summary>A file or folder that a driver has made in /proc or in debugfs.</summary>
/// <param name="name">Its name in its folder.</param>
/// <param name="parent">Its folder; null for the root.</param>
/// <param name="mode">Permission bits.</param>
/// <param name="target">What it leads to; null for a folder.</param>
/// <param name="owner">Who made it.</param>
internal sealed class FileNode(string name, FileNode? parent, int mode, FileTarget? target, LoadedModule? owner)
{
    private readonly SortedDictionary<string, FileNode> _children = new(StringComparer.Ordinal);

    /// <summary>Its name in its folder.</summary>
    public string Name => name;

    /// <summary>Permission bits.</summary>
    public int Mode => mode;

    /// <summary>What it leads to; null for a folder.</summary>
    public FileTarget? Target => target;

    /// <summary>Who made it; null for the kernel.</summary>
    public LoadedModule? Owner => owner;

    /// <summary>Its folder; null for the root, and once it was removed.</summary>
    public FileNode? Parent { get; private set; } = parent;

    /// <summary>What is in a folder, by name.</summary>
    public IReadOnlyCollection<FileNode> Children => _children.Values;

    /// <summary>Path below the root: "driver/toy".</summary>
    public string Path => Parent?.Parent is null ? name : string.Create(CultureInfo.InvariantCulture, $"{Parent.Path}/{name}");

    /// <summary>This and all below, this first.</summary>
    public IEnumerable<FileNode> All => [this, .. _children.Values.SelectMany(child => child.All)];

    /// <summary>The entry of that name; null for none.</summary>
    public FileNode? Child(string entry) => _children.GetValueOrDefault(entry);

    /// <summary>Puts a new entry in; false when there is one of its name.</summary>
    public bool TryAdd(FileNode child) => _children.TryAdd(child.Name, child);

    /// <summary>Takes it out of its folder.</summary>
    public void Detach()
    {
        Parent?._children.Remove(name);
        Parent = null;
    }
}
