using System.Globalization;
using MiniKernel.Cli.Config;
using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>One line of ls.</summary>
/// <param name="Kind">As ls -l shows it: d, -, c or b.</param>
/// <param name="Number">Major and minor of a device; "" of others.</param>
/// <param name="Name">Its name in its folder.</param>
internal sealed record FileEntry(char Kind, string Number, string Name);

/// <summary>The file tree of the machine: /proc and /dev.</summary>
internal static class MachineFiles
{
    private const string Proc = "/proc/", Dev = "/dev/";

    /// <summary>A file by its path.</summary>
    /// <exception cref="ShellException">There is none, or it is a folder.</exception>
    public static MachineFile Open(ShellSession shell, string path)
    {
        Kernel kernel = shell.Kernel;
        if (path.StartsWith(Proc, StringComparison.Ordinal) && kernel.Proc.Names.Contains(path[Proc.Length..]))
            return new ProcFile(shell, path);
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
        string folder = path[..path.LastIndexOf('/')], name = path[(folder.Length + 1)..];
        if (IsFolder(kernel, folder.Length == 0 ? "/" : folder) && Children(kernel, folder.Length == 0 ? "/" : folder).FirstOrDefault(entry => entry.Name == name) is { } file)
            return [file];
        if (folder == "/dev" && kernel.Devices.Nodes.Find(name) is { } node)
            return [new FileEntry('c', Number(node.Major, node.Minor), name)];
        throw Missing(kernel, path);
    }

    /// <summary>Every path, folders with a slash behind; what completion offers.</summary>
    public static IEnumerable<string> AllPaths(Kernel kernel) =>
    [
        Dev, Proc,
        .. kernel.Proc.Names.Select(name => Proc + name),
        .. kernel.Proc.Names.Where(name => name.Contains('/', StringComparison.Ordinal)).Select(name => Proc + name[..(name.IndexOf('/', StringComparison.Ordinal) + 1)]),
        .. Children(kernel, "/dev").Select(entry => Dev + entry.Name),
        .. kernel.Devices.Registered.Select(device => $"{Dev}{device.Name}0"),
    ];

    private static bool IsFolder(Kernel kernel, string path) =>
        path is "/" or "/dev" or "/proc" || kernel.Proc.Names.Any(name => (Proc + name).StartsWith(path + "/", StringComparison.Ordinal));

    private static IReadOnlyList<FileEntry> Children(Kernel kernel, string folder)
    {
        if (folder == "/")
            return [new FileEntry('d', "", "dev"), new FileEntry('d', "", "proc")];
        if (folder == "/dev")
            return [.. Devices(kernel).OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        string inside = (folder + "/")[Proc.Length..];
        IEnumerable<string> names = kernel.Proc.Names.Where(name => name.StartsWith(inside, StringComparison.Ordinal)).Select(name => name[inside.Length..]);
        return [.. names.Select(name => name.IndexOf('/', StringComparison.Ordinal) is > 0 and int slash ? new FileEntry('d', "", name[..slash]) : new FileEntry('-', "", name)).Distinct()];
    }

    private static IEnumerable<FileEntry> Devices(Kernel kernel)
    {
        foreach (DeviceNode node in kernel.Devices.Nodes.All)
            yield return new FileEntry('c', Number(node.Major, node.Minor), node.Name);
        foreach (Gendisk disk in kernel.Block.Disks)
            yield return new FileEntry('b', Number(disk.Major, (uint)disk.FirstMinor), disk.Name);
    }

    private static string Number(uint major, uint minor) => string.Create(CultureInfo.InvariantCulture, $"{major,3}, {minor,3}");

    private static ShellException Missing(Kernel kernel, string path)
    {
        string advice = NearestName.Find(path, AllPaths(kernel)) is { } nearest
            ? $"did you mean {nearest}?"
            : "there are /proc and /dev; ls shows what is in them";
        return new ShellException($"{path}: No such file or directory; {advice}");
    }
}
