namespace MiniKernel.Core;

/// <summary>The files of /proc, each rendered from live state when it is read.</summary>
public sealed class ProcFileSystem
{
    private const string Root = "/proc/";
    private readonly SortedDictionary<string, Func<string>> _files = new(StringComparer.Ordinal);
    private readonly SlabInfoFile _slabInfo;

    internal ProcFileSystem(Kernel kernel)
    {
        _slabInfo = new SlabInfoFile(kernel);
        _files.Add("buddyinfo", () => BuddyInfoFile.Render(kernel.Mm.Zones()));
        _files.Add("cmdline", () => kernel.Options.EffectiveCommandLine + "\n");
        _files.Add("cpuinfo", () => CpuInfoFile.Render(kernel.Machine.Profile));
        _files.Add("devices", () => DevicesFile.Render(kernel));
        _files.Add("dma", () => DmaFile.Render(kernel));
        _files.Add("interrupts", () => InterruptsFile.Render(kernel));
        _files.Add("iomem", () => IomemFile.Render(kernel.Machine.Profile));
        _files.Add("kmsg", () => KmsgFile.Render(kernel.Log));
        _files.Add("meminfo", () => MeminfoFile.Render(kernel));
        _files.Add("modules", () => ModulesFile.Render(kernel));
        _files.Add("slabinfo", _slabInfo.Render);
        _files.Add("version", () => KernelVersion.Banner(kernel.Machine) + "\n");
        _files.Add("zoneinfo", () => ZoneInfoFile.Render(kernel.Mm.Zones(), kernel.Machine.Profile));
    }

    /// <summary>Names of the files, ascending.</summary>
    public IReadOnlyCollection<string> Names => _files.Keys;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">"slabinfo" or "/proc/slabinfo".</param>
    /// <param name="text">Its text, with line ends.</param>
    /// <returns>False when there is no such file.</returns>
    public bool TryRead(string path, out string text)
    {
        bool found = _files.TryGetValue(NameOf(path), out Func<string>? render);
        text = found ? render!() : "";
        return found;
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
        if (!_files.ContainsKey(name))
            return Errno.ENOENT;
        return name == "slabinfo" ? _slabInfo.Write(text) : Errno.EACCES;
    }

    private static string NameOf(string path) => path.StartsWith(Root, StringComparison.Ordinal) ? path[Root.Length..] : path;
}
