using System.Globalization;
using MiniKernel.Cli.Config;
using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>One line of ls.</summary>
/// <param name="Kind">As ls -l shows it: d, -, c or b.</param>
/// <param name="Number">Major and minor of a device; "" of others.</param>
/// <param name="Name">Its name in its folder.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record FileEntry(char Kind, string Number, string Name, int Mode)
{
    private const string Letters = "rwxrwxrwx";

    /// <summary>Kind and permissions, as ls -l shows them.</summary>
    public string Permissions => Kind + string.Concat(Letters.Select((letter, i) => ((Mode >> (Letters.Length - 1 - i)) & 1) != 0 ? letter : '-'));
}

/// <summary>The file tree of the machine: /proc, /dev and, when a driver has made something there, debugfs.</summary>
internal static class MachineFiles
{
    private const string Proc = "/proc/", Dev = "/dev/";
    private const int FolderMode = 0x16d, ProcMode = 0x124, DeviceMode = 0x1b0;   // 0555, 0444, 0660

    /// <summary>A file by its path.</summary>
    /// <exception cref="ShellException">There is none, or it is a folder.</exception>
    public static MachineFile Open(ShellSession shell, string path)
    {
        Kernel kernel = shell.Kernel;
        if (path.StartsWith(Proc, StringComparison.Ordinal) && kernel.Proc.Names.Contains(path[Proc.Length..]))
            return new ProcFile(shell, path);
        if (OfDrivers(kernel).Any(file => file.Path == path && !file.IsFolder))
            return new CharFile(shell, path);
        if (path.StartsWith(Dev, StringComparison.Ordinal))
        {
            if (kernel.Block.Disks.FirstOrDefault(disk => disk.Name == path[Dev.Length..]) is { } disk)
                return new DiskFile(shell, path, disk);
            if (kernel.Devices.Nodes.Find(path[Dev.Length..]) is not null)
                return new CharFile(shell, path);
        }
        throw IsFolder(kernel, path) ? new ShellException($"{path}: Is a directory") : Missing(kernel, path);
    }

    /// <summary>A file of a driver's by its path.</summary>
    /// <exception cref="ShellException">There is none.</exception>
    public static CharFile OpenDriver(ShellSession shell, string path) =>
        Open(shell, path) as CharFile ?? throw new ShellException($"{path}: no driver's file");

    /// <summary>What is in a folder, or the one entry of a file.</summary>
    /// <exception cref="ShellException">There is no such path.</exception>
    public static IReadOnlyList<FileEntry> List(Kernel kernel, string path)
    {
        if (IsFolder(kernel, path))
            return Children(kernel, path);
        int slash = path.LastIndexOf('/');
        string folder = slash == 0 ? "/" : path[..slash], name = path[(slash + 1)..];
        if (IsFolder(kernel, folder) && Children(kernel, folder).FirstOrDefault(entry => entry.Name == name) is { } file)
            return [file];
        if (folder == "/dev" && kernel.Devices.Nodes.Find(name) is { } node)
            return [Entry(node)];
        throw Missing(kernel, path);
    }

    /// <summary>Every path, folders with a slash behind; what completion offers.</summary>
    public static IEnumerable<string> AllPaths(Kernel kernel)
    {
        (string Path, FileEntry Entry)[] all = [.. Entries(kernel)];
        return
        [
            .. all.Where(one => one.Entry.Kind == 'd').Select(one => one.Path + "/"), .. all.SelectMany(one => Folders(one.Path)).Select(folder => folder + "/"),
            .. all.Where(one => one.Entry.Kind != 'd').Select(one => one.Path), .. kernel.Devices.Registered.Select(device => $"{Dev}{device.Name}0"),
        ];
    }

    private static IEnumerable<DriverFile> OfDrivers(Kernel kernel) => [.. kernel.Proc.Drivers.All, .. kernel.Debugfs.All];

    // Each file by its whole path, and folders that may be empty.
    private static IEnumerable<(string Path, FileEntry Entry)> Entries(Kernel kernel) =>
    [
        (Proc.TrimEnd('/'), new FileEntry('d', "", "", FolderMode)), (Dev.TrimEnd('/'), new FileEntry('d', "", "", FolderMode)),
        .. kernel.Proc.Names.Select(name => (Proc + name, new FileEntry('-', "", "", ProcMode))),
        .. OfDrivers(kernel).Select(file => (file.Path, new FileEntry(file.IsFolder ? 'd' : '-', "", "", file.Mode))),
        .. kernel.Devices.Nodes.All.Select(node => (Dev + node.Name, Entry(node))),
        .. kernel.Block.Disks.Select(disk => (Dev + disk.Name, new FileEntry('b', Number(disk.Major, (uint)disk.FirstMinor), "", DeviceMode))),
    ];

    private static FileEntry Entry(DeviceNode node) => new('c', Number(node.Major, node.Minor), node.Name, DeviceMode);

    private static bool IsFolder(Kernel kernel, string path) =>
        path == "/" || Entries(kernel).Any(entry => (entry.Path == path && entry.Entry.Kind == 'd') || entry.Path.StartsWith(path + "/", StringComparison.Ordinal));

    // What lies directly in it, files and folders; of a folder what is said of itself, if anything is.
    private static IReadOnlyList<FileEntry> Children(Kernel kernel, string folder)
    {
        string inside = folder == "/" ? "/" : folder + "/";
        SortedDictionary<string, FileEntry> found = new(StringComparer.Ordinal);
        foreach ((string path, FileEntry entry) in Entries(kernel).Where(entry => entry.Path.StartsWith(inside, StringComparison.Ordinal)))
        {
            string rest = path[inside.Length..];
            int slash = rest.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0)
                found[rest] = entry with { Name = rest };
            else
                found.TryAdd(rest[..slash], new FileEntry('d', "", rest[..slash], FolderMode));
        }
        return [.. found.Values];
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (int slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
            yield return path[..slash];
    }

    private static string Number(uint major, uint minor) => string.Create(CultureInfo.InvariantCulture, $"{major,3}, {minor,3}");

    private static ShellException Missing(Kernel kernel, string path)
    {
        string advice = NearestName.Find(path, AllPaths(kernel).Where(known => !path.StartsWith(known, StringComparison.Ordinal))) is { } nearest
            ? $"did you mean {nearest}?"
            : "there are /proc and /dev; ls shows what is in them";
        return new ShellException($"{path}: No such file or directory; {OfTheDead(kernel)}{advice}");
    }

    // An oops takes its module's files away, which is not what somebody at a prompt has in mind.
    private static string OfTheDead(Kernel kernel)
    {
        string[] dead = [.. kernel.Modules.Loaded.Where(module => module.State == ModuleState.Dead).Select(module => module.Name)];
        return dead.Length == 0 ? "" : $"those of {string.Join(", ", dead)} went with its oops; ";
    }
}
