using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Cc;

/// <summary>The sources of a C module and every header they name: what it is made of, told without a compiler.</summary>
/// <remarks>A header counts if a source names it, whether or not an #if leaves it out: so no compiler is needed, and the hash
/// changes rather too often than too seldom.</remarks>
internal sealed partial class CSources
{
    private readonly string _include;
    private readonly List<(string Name, string Path)> _files = [];
    private readonly HashSet<string> _seen = [];

    /// <summary>Reads sources.</summary>
    /// <param name="files">Their full paths.</param>
    /// <param name="include">The folder of the kernel's headers.</param>
    /// <exception cref="IOException">One cannot be read.</exception>
    public CSources(IEnumerable<string> files, string include)
    {
        _include = include;
        foreach (string file in files)
            Add(System.IO.Path.GetFileName(file), file);
    }

    /// <summary>All of them, in the order they are met; headers by the names they are included under.</summary>
    public IEnumerable<string> Names => _files.Select(file => file.Name);

    /// <summary>SHA-256 of the files and of what the compiler is told, in hexadecimal; the same on every host, with every compiler.</summary>
    public string Hash(HardwareProfile profile, KernelOptions kernel, CcOptions? how = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string argument in CBuild.Arguments(profile, "include", kernel, how?.Level ?? CBuild.DefaultLevel, how?.HasLines ?? false))
            hash.AppendData(Encoding.UTF8.GetBytes($"{argument}\n"));
        foreach ((string name, string path) in _files)
            hash.AppendData(Encoding.Latin1.GetBytes($"{name}\n{Read(path)}\0"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Add(string name, string path)
    {
        if (!_seen.Add(path))
            return;
        _files.Add((name, path));
        foreach (Match included in Include().Matches(Read(path)))
        {
            string header = included.Groups["name"].Value;
            string beside = Path.GetFullPath(header, Path.GetDirectoryName(path)!), kernels = Path.GetFullPath(header, _include);
            if (included.Groups["open"].Value == "\"" && File.Exists(beside))
                Add(header, beside);
            else if (File.Exists(kernels))
                Add(header, kernels);
        }
    }

    // A byte a character; a checkout with other line ends is the same source.
    private static string Read(string path) => File.ReadAllText(path, Encoding.Latin1).Replace("\r\n", "\n", StringComparison.Ordinal);

    [GeneratedRegex(@"^[ \t]*#[ \t]*include[ \t]*(?<open>[<""])(?<name>[^>""\n]+)[>""]", RegexOptions.Multiline)]
    private static partial Regex Include();
}
