using MiniKernel.Cli.Config;
using MiniKernel.Cli.Words;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Drivers;

/// <summary>A C module's file: what mk cc makes, or any compiler's relocatable object; or several of these, linked as one module.</summary>
internal static class CModuleFile
{
    /// <summary>True for what is named as one.</summary>
    public static bool IsName(string text) => Path.GetExtension(text).ToLowerInvariant() is ".ko" or ".o";

    /// <summary>True for a file that is named as one, and is there.</summary>
    public static bool IsOne(string path) => IsName(path) && File.Exists(path);

    /// <summary>Reads it.</summary>
    /// <param name="paths">The file; its name is the module's, unless .modinfo has one. Or several, of which the first gives the name.</param>
    /// <param name="shown">As messages name it.</param>
    /// <param name="profile">The machine it must have been compiled for.</param>
    /// <param name="api">The API it must have been compiled for.</param>
    /// <exception cref="UsageException">It cannot be loaded, on this machine or on any.</exception>
    public static DriverModule Load(IReadOnlyList<string> paths, string shown, HardwareProfile profile, KernelApi api)
    {
        string name = CBuild.ModuleName(Path.GetFileNameWithoutExtension(paths[0]));
        try
        {
            ElfObject[] objects = [.. paths.Select(path => Read(path, paths.Count == 1 ? shown : Path.GetFileName(path)))];
            CModule.Create(name, objects, profile, api);    // refuses here what does not fit
            return DriverModule.Of(shown, () => CModule.Create(name, objects, profile, api));
        }
        catch (ElfFormatException refusal)
        {
            throw new UsageException($"mk: {shown}: {Printable.Line(refusal.Message)}");
        }
    }

    private static ElfObject Read(string path, string shown)
    {
        try
        {
            return ElfObject.Read(shown, ConfigFile.ReadAll(path, shown));
        }
        catch (ElfFormatException refusal)
        {
            throw new UsageException($"mk: {shown}: {Printable.Line(refusal.Message)}");
        }
    }
}
