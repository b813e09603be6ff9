using MiniKernel.Cli.Cc;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Disasm;

/// <summary><c>mk disasm</c>: the machine code of a C module, or the JIT's of a driver in C#.</summary>
internal static class DisasmVerb
{
    /// <summary>Does it.</summary>
    /// <param name="load">Reads the configuration, for who needs the machine.</param>
    /// <param name="request">What of.</param>
    /// <param name="session">stdout gets the listing.</param>
    /// <exception cref="UsageException">There is no such code.</exception>
    public static int Run(Func<BootOptions> load, DisasmRequest request, Session session)
    {
        if (CSample.Find(request.What) is { } sample)
            return ObjectCode.WriteSample(load(), sample, request, session);
        string path = Path.GetFullPath(request.What, session.Folder), extension = Path.GetExtension(path).ToLowerInvariant();
        if (extension is not (".ko" or ".o" or ".c"))
            return JitCode.Write(request, session);
        if (!File.Exists(path))
            throw new UsageException($"mk: disasm: there is no file {ConfigNode.Quote(request.What)}");
        if (extension == ".c")
            return ObjectCode.WriteSource(load(), request, session);
        if (request.IsComparison || request.Level is not null)
            throw new UsageException($"mk: disasm: {request.What} is compiled already; give its source, a .c, to --compare or -O");
        return ObjectCode.Write(path, ConfigFile.Show(path, session.Folder), request, session.Out);
    }
}
