using MiniKernel.Cli.Cc;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;
using MiniKernel.Core;

namespace MiniKernel.Cli.Disasm;

/// <summary>Lists compiled C: an object file, or a source that is compiled for it.</summary>
internal static class ObjectCode
{
    /// <summary>Lists an object file.</summary>
    /// <exception cref="UsageException">It is none, or there is no such function.</exception>
    public static int Write(string path, string shown, DisasmRequest request, TextWriter output)
    {
        byte[] bytes = ConfigFile.ReadAll(path, shown);
        using var listing = new StringWriter { NewLine = "\n" };      // all of it or nothing
        try
        {
            new ObjectListing(ElfObject.Read(shown, bytes), request.Style).Write(request.Name, listing);
        }
        catch (ElfFormatException refusal)
        {
            throw new UsageException($"mk: {shown}: {Printable.Line(refusal.Message)}");
        }
        output.Write(listing);
        return ExitCode.Ok;
    }

    /// <summary>Lists a sample: the object that is kept of it for this machine, else its source.</summary>
    /// <exception cref="UsageException">There is no such function, or neither an object nor a compiler.</exception>
    public static int WriteSample(BootOptions options, CSample sample, DisasmRequest request, Session session)
    {
        if (!request.IsComparison && request.Level is null && CSampleFile.Kept(sample, options.Profile, options.Kernel) is { } file)
            return Write(file, request.What, request, session.Out);
        return WriteSource(options, request with { What = Path.Combine(sample.Folder, $"{sample.Name}.c") }, session);
    }

    /// <summary>Compiles a source for the machine and lists what comes out.</summary>
    /// <exception cref="UsageException">It has errors, or there is no such function.</exception>
    public static int WriteSource(BootOptions options, DisasmRequest request, Session session)
    {
        if (request is { IsComparison: true, Level: not null })
            throw new UsageException("mk: disasm: --compare shows -O0 and -O2; leave out -O");
        string[] levels = request.IsComparison ? ["0", CBuild.DefaultLevel] : [request.Level ?? CBuild.DefaultLevel];
        string folder = Directory.CreateTempSubdirectory("mk-disasm-").FullName;
        try
        {
            foreach (string level in levels)
            {
                string output = Path.Combine(folder, $"O{level}.o");
                CcVerb.Run(options, new CcRequest([request.What], output, new CcOptions(level)), session);
                if (request.IsComparison)
                    session.Out.WriteLine($"{(level == levels[0] ? "" : "\n")}-O{level}\n");
                Write(output, request.What, request, session.Out);
            }
            return ExitCode.Ok;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
