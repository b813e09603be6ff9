using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;

namespace MiniKernel.Cli.Cc;

/// <summary><c>mk cc FILE.c... [-o NAME.ko]</c>: compiles a C module for the machine, against the kernel's own headers.</summary>
internal static class CcVerb
{
    /// <summary>Does it.</summary>
    /// <param name="options">The machine it is for.</param>
    /// <param name="files">The sources; several are linked into one module.</param>
    /// <param name="output">The module; null for the first source's name with .ko.</param>
    /// <param name="how">Optimization, debug information, API.</param>
    /// <param name="session">stderr gets what the compiler says.</param>
    /// <exception cref="UsageException">A file is missing, there is no compiler, or it found errors; its own messages come first.</exception>
    public static int Run(BootOptions options, IReadOnlyList<string> files, string? output, CcOptions how, Session session)
    {
        if (how.Api is { } api)
            options = options with { Kernel = options.Kernel with { Api = ReadApi(api) } };
        string[] missing = [.. files.Where(file => !File.Exists(Path.GetFullPath(file, session.Folder)))];
        if (missing.Length != 0)
            throw new UsageException([.. missing.Select(file => $"mk: cc: there is no file {ConfigNode.Quote(file)}")]);
        output ??= Path.ChangeExtension(Path.GetFileName(files[0]), ".ko");
        CCompiler compiler = CCompiler.Find(options.Profile.WordSize);
        (string messages, int exitCode) = compiler.Run(session.Folder, Arguments(options, files, output, how));
        session.Err.Write(messages);
        return exitCode == 0 ? ExitCode.Ok : throw new UsageException($"mk: cc: {output} was not made: {compiler.Program} ended with {exitCode}");
    }

    private static KernelApi ReadApi(string word)
    {
        var found = new Mistakes("--api");
        int? api = ValueReader.Word(Settings.Node(NodeKind.Text, word), found, KernelSectionReader.Apis);
        return api is { } known ? (KernelApi)known : throw new UsageException([.. found.Messages().Select(message => $"mk: --api: {message}")]);
    }

    // Of several sources the linker makes one object that is still to be relocated; one needs no linker.
    private static string[] Arguments(BootOptions options, IReadOnlyList<string> files, string output, CcOptions how) =>
    [
        .. CBuild.Arguments(options.Profile, Path.Combine(AppContext.BaseDirectory, "include"), options.Kernel, how.Level, how.HasLines),
        CBuild.Name(Path.GetFileNameWithoutExtension(output.EndsWith(".ko", StringComparison.Ordinal) ? output : files[0])),
        .. files.Count == 1 ? (string[])["-c"] : ["-nostdlib", "-r"],
        "-o", output, .. files,
    ];
}
