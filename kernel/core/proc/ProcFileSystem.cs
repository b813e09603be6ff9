namespace MiniKernel.Core;

/// <summary>The files of /proc, each rendered from live state when it is read.</summary>
public sealed class ProcFileSystem
{
    private const string Root = "/proc/";
    private readonly Kernel _kernel;
    private readonly SlabInfoFile _slabInfo;
    private SortedDictionary<string, Func<string>>? _files;   // made when first asked for: a boot may never ask

    internal ProcFileSystem(Kernel kernel)
    {
        _kernel = kernel;
        _slabInfo = new SlabInfoFile(kernel);
        Drivers = new FileTree("/proc", ["driver", "fs", "bus", "net"], name => Files.ContainsKey(name));
    }

    /// <summary>Names of the kernel's own files, ascending.</summary>
    public IReadOnlyCollection<string> Names => Files.Keys;

    /// <summary>Files that drivers have made.</summary>
    public FileTree Drivers { get; }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">"slabinfo" or "/proc/slabinfo".</param>
    /// <param name="text">Its text, with line ends.</param>
    /// <returns>False when there is no such file.</returns>
    public bool TryRead(string path, out string text)
    {
        bool found = Files.TryGetValue(NameOf(path), out Func<string>? render);
        text = found ? render!() : "";
        return found || _kernel.Files.TryReadAll(Root + NameOf(path), out text);
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public string Read(string path) =>
        TryRead(path, out string text) ? text : throw new FileNotFoundException($"{path}: there is no such file in /proc");

    /// <summary>Writes to a file; slabinfo takes "name limit batchcount shared".</summary>
    /// <returns>-ENOENT when there is no such file, -EACCES when it cannot be written, -EINVAL when the text makes no sense.</returns>
    public Errno Write(string path, string text)
    {
        string name = NameOf(path);
        if (!Files.ContainsKey(name))
            return Errno.ENOENT;
        return name == "slabinfo" ? _slabInfo.Write(text) : Errno.EACCES;
    }

    private SortedDictionary<string, Func<string>> Files => _files ??= MakeFiles(_kernel);

    private SortedDictionary<string, Func<string>> MakeFiles(Kernel kernel)
    {
        SortedDictionary<string, Func<string>> files = AllFiles(kernel);
        if (!kernel.Mm.HasSlabs)
            files.Remove("slabinfo");             // CONFIG_SLABINFO is SLAB's and SLUB's
        return files;
    }

    private SortedDictionary<string, Func<string>> AllFiles(Kernel kernel) => new(StringComparer.Ordinal)
    {
        ["buddyinfo"] = () => BuddyInfoFile.Render(kernel.Mm.Zones()),
        ["cmdline"] = () => kernel.Options.EffectiveCommandLine + "\n",
        ["cpuinfo"] = () => CpuInfoFile.Render(kernel.Machine.Profile),
        ["devices"] = () => DevicesFile.Render(kernel),
        ["dma"] = () => DmaFile.Render(kernel),
        ["interrupts"] = () => InterruptsFile.Render(kernel),
        ["ioports"] = kernel.Regions.Render,
        ["iomem"] = () => IomemFile.Render(kernel.Machine.Profile),
        ["kallsyms"] = () => KallsymsFile.Render(kernel),
        ["kmsg"] = () => KmsgFile.Render(kernel.Log),
        ["meminfo"] = () => MeminfoFile.Render(kernel),
        ["modules"] = () => ModulesFile.Render(kernel),
        ["net/dev"] = () => NetDevFile.Render(kernel),
        ["partitions"] = () => PartitionsFile.Render(kernel),
        ["slabinfo"] = _slabInfo.Render,
        ["version"] = () => KernelVersion.Banner(kernel.Machine) + "\n",
        ["vmstat"] = () => VmstatFile.Render(kernel.Mm),
        ["zoneinfo"] = () => ZoneInfoFile.Render(kernel.Mm.Zones(), kernel.Machine.Profile),
    };

    private static string NameOf(string path) => path.StartsWith(Root, StringComparison.Ordinal) ? path[Root.Length..] : path;
}
