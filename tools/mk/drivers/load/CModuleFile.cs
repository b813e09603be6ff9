using MiniKernel.Cli.Config;
using MiniKernel.Cli.Words;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Drivers;

/// <summary>A C module's file: what mk cc makes, or any compiler's relocatable object.</summary>
internal static class CModuleFile
{
    /// <summary>True for a file that is named as one, and is there.</summary>
    public static bool IsOne(string path) => Path.GetExtension(path).ToLowerInvariant() is ".ko" or ".o" && File.Exists(path);

    /// <summary>Reads it.</summary>
    /// <param name="path">The file; its name is the module's.</param>
    /// <param name="shown">As messages name it.</param>
    /// <param name="profile">The machine it must have been compiled for.</param>
    /// <param name="api">The API it must have been compiled for.</param>
    /// <exception cref="UsageException">It cannot be loaded, on this machine or on any.</exception>
    public static DriverModule Load(string path, string shown, HardwareProfile profile, KernelApi api)
    {
        string name = Path.GetFileNameWithoutExtension(path).Replace('-', '_');
        byte[] bytes = ConfigFile.ReadAll(path, shown);
        try
        {
            ElfObject[] objects = [ElfObject.Read(shown, bytes)];
            CModule.Create(name, objects, profile, api);    // refuses here what does not fit
            return DriverModule.Of(shown, () => CModule.Create(name, objects, profile, api));
        }
        catch (ElfFormatException refusal)
        {
            throw new UsageException($"mk: {shown}: {Printable.Line(refusal.Message)}");
        }
    }
}
