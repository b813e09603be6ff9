using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Cc;

/// <summary><c>mk cc --samples DIR</c>: renews the objects that are kept of samples, for machines without a compiler.</summary>
/// <remarks>An object whose mark tells that it was made of these sources stays as it is: another compiler's bytes are no news.</remarks>
internal static class SamplesVerb
{
    /// <summary>Does it.</summary>
    /// <param name="given">The folder of the samples.</param>
    /// <param name="wanted">The compiler; null for any.</param>
    /// <param name="session">stdout gets a row a sample.</param>
    /// <exception cref="UsageException">There are no samples or no compiler, or it found errors.</exception>
    public static int Run(string given, string? wanted, Session session)
    {
        string folder = Path.GetFullPath(given, session.Folder);
        CSample[] samples = [.. CSample.In(folder)];
        if (samples.Length == 0)
            throw new UsageException($"mk: cc: --samples: {ConfigNode.Quote(given)} is not a folder of C sources");
        var compiler = CCompiler.Find(wanted);
        var kernel = new KernelOptions();       // not the configuration's: they are for the machines as they come
        var table = new PlainTable(["SAMPLE", .. CSample.Machines]);
        var mistakes = new List<string>();
        foreach (CSample sample in samples)
            table.Add([sample.Name, .. CSample.Machines.Select(machine => Renew(sample, machine, new CCompilation(compiler, Profile(machine), kernel), kernel, session, mistakes))]);
        foreach (string orphan in CSample.Machines.SelectMany(machine => Orphans(folder, machine, samples)))
        {
            File.Delete(orphan);
            session.Err.WriteLine($"mk: cc: {ConfigFile.Show(orphan, session.Folder)}: deleted; its source is gone");
        }
        table.Write(session.Out);
        return mistakes.Count == 0 ? ExitCode.Ok : throw new UsageException(mistakes);
    }

    private static HardwareProfile Profile(string machine) => ShippedProfiles.Find(machine)!;

    private static string Renew(CSample sample, string machine, CCompilation compilation, KernelOptions kernel, Session session, List<string> mistakes)
    {
        string output = sample.Prebuilt(machine);
        if (CSample.InfoOf(output)?[CCompilation.Mark] == sample.Hash(Profile(machine), kernel))
            return "current";
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        (string messages, int exitCode) = compilation.Run(sample.Folder, [$"{sample.Name}.c"], output);
        session.Err.Write(messages);
        if (exitCode == 0)
            return "made";
        mistakes.Add($"mk: cc: {sample.Name} was not made for {machine}");
        return "failed";
    }

    private static IEnumerable<string> Orphans(string folder, string machine, IEnumerable<CSample> samples)
    {
        string kept = CSample.PrebuiltFolder(folder, machine);
        return Directory.Exists(kept) ? Directory.GetFiles(kept, "*.ko", SearchOption.AllDirectories).Except(samples.Select(sample => Path.GetFullPath(sample.Prebuilt(machine)))) : [];
    }
}
