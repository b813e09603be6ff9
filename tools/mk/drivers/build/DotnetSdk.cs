using System.Runtime.InteropServices;

namespace MiniKernel.Cli.Drivers;

/// <summary>The C# compiler of the SDK that lies beside the running .NET.</summary>
/// <param name="Host">The program that runs it.</param>
/// <param name="Compiler">csc.dll.</param>
internal sealed record DotnetSdk(string Host, string Compiler)
{
    /// <summary>Looks for it.</summary>
    /// <param name="root">The folder that holds shared/, sdk/ and the dotnet program; null for the running one's.</param>
    /// <exception cref="UsageException">There is only a runtime.</exception>
    public static DotnetSdk Find(string? root = null)
    {
        root ??= Path.GetFullPath("../../..", RuntimeFolder);
        string? compiler = SdksIn(Path.Combine(root, "sdk")).Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll")).FirstOrDefault(File.Exists);
        if (compiler is null)
            throw new UsageException($"mk: building a driver needs the .NET {Environment.Version.Major} SDK, but {root} has only a runtime; install the SDK, or give insmod a driver that is built (FILE.dll)");
        return new DotnetSdk(Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"), compiler);
    }

    /// <summary>The framework this process runs on: what a driver is compiled against is what it will meet.</summary>
    /// <remarks>The compiler is as quick with these as with the reference assemblies of an SDK's packs, which need not be installed.</remarks>
    public static IEnumerable<string> Framework => ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
        .Split(Path.PathSeparator).Where(file => Path.GetDirectoryName(file) == RuntimeFolder);

    private static string RuntimeFolder => Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());

    // Newest first; of a version and its previews the version itself.
    private static IEnumerable<string> SdksIn(string folder) =>
        from sdk in Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : []
        let parts = Path.GetFileName(sdk).Split('-', 2)
        let version = Version.TryParse(parts[0], out Version? number) ? number : new Version()
        orderby version descending, parts.Length
        select sdk;
}
