using MiniKernel.Cli.Config;
using MiniKernel.Core;

namespace MiniKernel.Cli.Boot;

/// <summary>Names of /proc files as people type them: slabinfo or /proc/slabinfo.</summary>
internal static class ProcFiles
{
    private const string Folder = "/proc/";

    /// <summary>The file's name below /proc.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static string Find(Kernel kernel, string file)
    {
        string name = file.StartsWith(Folder, StringComparison.Ordinal) ? file[Folder.Length..] : file;
        if (name == "slabinfo" && !kernel.Mm.HasSlabs)
            throw new UsageException("mk: there is no /proc/slabinfo with kernel.allocator \"slob\": SLOB has no slabs; mk boot counts its pages");
        return kernel.Proc.Names.Contains(name)
            ? name
            : throw new UsageException($"mk: {ConfigNode.Quote(file)} is not a file of /proc; {NearestName.Advice(name, kernel.Proc.Names)}");
    }

    /// <summary>What the file says now.</summary>
    public static string Read(Kernel kernel, string name) =>
        kernel.Proc.Read(name);
}
