using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;

namespace MiniKernel.Cli.Cc;

/// <summary><c>mk cc FILE.c... [-o NAME.ko]</c>: compiles a C module for the machine, against the kernel's own headers.</summary>
internal static class CcVerb
{
    /// <summary>Does it.</summary>
    /// <param name="options">The machine it is for.</param>
    /// <param name="request">What to compile.</param>
    /// <param name="session">stderr gets what the compiler says.</param>
    /// <exception cref="UsageException">A file is missing, there is no compiler, or it found errors; its own messages come first.</exception>
    public static int Run(BootOptions options, CcRequest request, Session session)
    {
        if (request.How.Api is { } api)
            options = options with { Kernel = options.Kernel with { Api = ReadApi(api) } };
        if (request.Samples is { } samples)
            return SamplesVerb.Run(samples, request.Compiler, session);
        string[] missing = [.. request.Files.Where(file => !File.Exists(Path.GetFullPath(file, session.Folder)))];
        if (missing.Length != 0)
            throw new UsageException([.. missing.Select(file => $"mk: cc: there is no file {ConfigNode.Quote(file)}")]);
        string output = request.Output ?? Path.ChangeExtension(Path.GetFileName(request.Files[0]), ".ko");
        var compiler = CCompiler.Find(request.Compiler);
        (string messages, int exitCode) = new CCompilation(compiler, options.Profile, options.Kernel, request.How).Run(session.Folder, request.Files, output);
        session.Err.Write(messages);
        return exitCode == 0 ? ExitCode.Ok : throw new UsageException($"mk: cc: {output} was not made: {compiler.Name} ended with {exitCode}");
    }

    private static KernelApi ReadApi(string word)
    {
        var found = new Mistakes("--api");
        int? api = ValueReader.Word(Settings.Node(NodeKind.Text, word), found, KernelSectionReader.Apis);
        return api is { } known ? (KernelApi)known : throw new UsageException([.. found.Messages().Select(message => $"mk: --api: {message}")]);
    }
}
