using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Cc;

/// <summary>Sources on their way to a module: how they are compiled for a machine, and the mark that tells what it was made of.</summary>
/// <param name="compiler">The compiler.</param>
/// <param name="profile">The machine it is for.</param>
/// <param name="kernel">The kernel it is for.</param>
/// <param name="how">Optimization and debug information; null for the usual.</param>
internal sealed class CCompilation(CCompiler compiler, HardwareProfile profile, KernelOptions kernel, CcOptions? how = null)
{
    /// <summary>Key in .modinfo of <see cref="CSources.Hash"/>.</summary>
    public const string Mark = "srchash";

    /// <summary>The kernel's headers, beside this program.</summary>
    public static string Include => Path.Combine(AppContext.BaseDirectory, "include");

    /// <summary>Compiles; several sources are linked into one module.</summary>
    /// <param name="folder">The folder relative paths start from.</param>
    /// <param name="files">The sources.</param>
    /// <param name="output">The module.</param>
    /// <returns>What the compiler said, and its exit code.</returns>
    /// <exception cref="UsageException">A source cannot be read.</exception>
    public (string Messages, int ExitCode) Run(string folder, IReadOnlyList<string> files, string output)
    {
        string hash = Hash([.. files.Select(file => Path.GetFullPath(file, folder))], profile, kernel, how);
        return compiler.Run(folder, profile.WordSize,
        [
            .. CBuild.Arguments(profile, Include, kernel, how?.Level ?? CBuild.DefaultLevel, how?.HasLines ?? false), $"-DMK_SRCHASH=\"{hash}\"",
            CBuild.Name(Path.GetFileNameWithoutExtension(output.EndsWith(".ko", StringComparison.Ordinal) ? output : files[0])),
            .. files.Count == 1 ? (string[])["-c"] : ["-nostdlib", "-r"],   // the linker makes one object that is still to be relocated
            "-o", output, .. files,
        ]);
    }

    /// <summary>What sources would be marked with.</summary>
    /// <exception cref="UsageException">One cannot be read.</exception>
    public static string Hash(IReadOnlyList<string> files, HardwareProfile profile, KernelOptions kernel, CcOptions? how = null)
    {
        try
        {
            return new CSources(files, Include).Hash(profile, kernel, how);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"mk: cc: {error.Message.ReplaceLineEndings(" ")}");
        }
    }
}
