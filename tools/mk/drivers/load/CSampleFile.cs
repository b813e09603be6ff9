using MiniKernel.Cli.Cc;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Drivers;

/// <summary>A C sample by its name: the object that is kept of it if it is current and for this machine, else one compiled now.</summary>
internal static class CSampleFile
{
    /// <summary>Loads it.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="profile">The machine.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="session">stderr gets what the compiler says, and that an object is old.</param>
    /// <param name="compiler">Finds a compiler, or null: there is none.</param>
    /// <exception cref="UsageException">There is neither an object for this machine nor a compiler, or the source has errors.</exception>
    public static DriverModule Load(CSample sample, HardwareProfile profile, KernelOptions kernel, Session session, Func<CCompiler?> compiler)
    {
        string shown = CSample.Prefix + sample.Name;
        if (Kept(sample, profile, kernel) is { } current)
            return CModuleFile.Load([current], shown, profile, kernel.Api);
        if (compiler() is { } found)
            return Compile(sample, shown, new CCompilation(found, profile, kernel), profile, kernel.Api, session);
        if (OfMachine(sample, profile, kernel).FirstOrDefault().File is not { } old)
            throw new UsageException($"mk: {shown}: no object of it is kept for {profile.Name} ({string.Join(", ", CSample.Machines)} have one), and {CCompiler.Missing}");
        session.Err.WriteLine($"mk: {shown}: the object that is kept of it was not made of this source for this kernel, and is loaded as it is: {CCompiler.Missing}");
        return CModuleFile.Load([old], shown, profile, kernel.Api);
    }

    /// <summary>The object that is kept of a sample, made for this machine of the source as it is now; null when there is none.</summary>
    public static string? Kept(CSample sample, HardwareProfile profile, KernelOptions kernel)
    {
        string hash = sample.Hash(profile, kernel);
        return OfMachine(sample, profile, kernel).FirstOrDefault(candidate => candidate.Info[CCompilation.Mark] == hash).File;
    }

    private static IEnumerable<(string File, ModuleInfo Info)> OfMachine(CSample sample, HardwareProfile profile, KernelOptions kernel) =>
        from name in CSample.Machines
        let file = sample.Prebuilt(name)
        let info = CSample.InfoOf(file)
        where info?["vermagic"] == CVermagic.Of(profile, kernel.Api)
        select (file, info);

    private static DriverModule Compile(CSample sample, string shown, CCompilation compilation, HardwareProfile profile, KernelApi api, Session session)
    {
        string folder = Directory.CreateTempSubdirectory("mk-sample-").FullName;
        try
        {
            string output = Path.Combine(folder, $"{Path.GetFileName(sample.Name)}.ko");
            (string messages, int exitCode) = compilation.Run(sample.Folder, [$"{sample.Name}.c"], output);
            session.Err.Write(messages);
            return exitCode == 0 ? CModuleFile.Load([output], shown, profile, api) : throw new UsageException($"mk: {shown}: the compiler ended with {exitCode}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
