namespace MiniKernel.Core;

/// <summary>Files and folders that drivers have made, below a root: /proc, or /sys/kernel/debug.</summary>
public sealed class FileTree
{
    private readonly IReadOnlyList<string> _folders;
    private readonly Func<string, bool> _isTaken;

    /// <summary>An empty tree.</summary>
    /// <param name="root">Where it begins: "/proc".</param>
    /// <param name="folders">Folders that are there from the beginning.</param>
    /// <param name="isTaken">True for a path below the root that the kernel's own files have.</param>
    internal FileTree(string root, IReadOnlyList<string> folders, Func<string, bool> isTaken)
    {
        (Root, _folders, _isTaken) = (root, folders, isTaken);
        Top = new FileNode("", null, 0x16d, null, null);     // 0555
    }

    /// <summary>Where it begins: "/proc".</summary>
    public string Root { get; }

    /// <summary>All files and folders with their whole paths.</summary>
    public IEnumerable<DriverFile> All =>
        Top.All.Skip(1).Select(node => new DriverFile($"{Root}/{node.Path}", node.Target is null, node.Mode));

    internal FileNode Top { get; }

    /// <summary>A file or folder by its whole path; null for none.</summary>
    internal FileNode? Find(string path)
    {
        if (!path.StartsWith(Root + "/", StringComparison.Ordinal))
            return null;
        FileNode? node = Top;
        foreach (string name in path[(Root.Length + 1)..].Split('/'))
            node = node?.Child(name);
        return node;
    }

    /// <summary>Finds the folder a name with slashes is to lie in, and takes the folder's part off the name.</summary>
    internal FileNode? FolderOf(FileNode? folder, ref string name)
    {
        folder ??= Top;
        for (int slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', StringComparison.Ordinal))
        {
            string part = name[..slash];
            name = name[(slash + 1)..];
            FileNode? next = folder.Child(part);
            if (next is null && folder == Top && _folders.Contains(part))
                Top.TryAdd(next = new FileNode(part, Top, 0x16d, null, null));
            if (next is not { Target: null })
                return null;
            folder = next;
        }
        return folder;
    }

    /// <summary>Makes an entry.</summary>
    /// <returns>Null when the name is taken or no name.</returns>
    internal FileNode? Add(FileNode folder, string name, int mode, FileTarget? target, LoadedModule? owner)
    {
        FileNode made = new(name, folder, mode, target, owner);
        return name.Length != 0 && !_isTaken(made.Path) && folder.TryAdd(made) ? made : null;
    }

    /// <summary>Takes a file away, or a folder with all that is in it.</summary>
    /// <returns>What went.</returns>
    internal static IReadOnlyList<FileNode> Remove(FileNode node)
    {
        FileNode[] gone = [.. node.All];
        foreach (FileNode one in gone)
        {
            if (one.Target is { } target)
                target.Withdrawn = Errno.EIO;
            one.Detach();
        }
        return gone;
    }
}
