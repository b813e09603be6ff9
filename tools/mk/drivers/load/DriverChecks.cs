using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Drivers;

/// <summary>Looks at a driver's metadata before anything of it runs: what it stands on, and whether it keeps to the driver surface.</summary>
/// <remarks>
/// C# drivers are trusted code in our process, and nothing here keeps a malicious one in. But one that by mistake uses
/// <c>Machine</c> or <c>KernelMm</c> works past the checks that every report comes from, on a second machine of its own or
/// not at all; that is refused, as the sample drivers' own tests would.
/// </remarks>
internal static class DriverChecks
{
    /// <summary>What is wrong, a line each; nothing when the driver may be loaded.</summary>
    public static IReadOnlyList<string> MistakesIn(DriverImage image)
    {
        try
        {
            using var file = new PEReader(new MemoryStream(image.Assembly));
            if (!file.HasMetadata)
                return [$"mk: {image.Shown}: is not a .NET assembly"];
            MetadataReader metadata = file.GetMetadataReader();
            return [.. Strangers(metadata, image.Shown), .. BeyondTheSurface(metadata, image.Shown)];
        }
        catch (BadImageFormatException)
        {
            return [$"mk: {image.Shown}: is not a .NET assembly"];
        }
    }

    // A module is one assembly: nothing of it stays behind when it is unloaded.
    private static IEnumerable<string> Strangers(MetadataReader metadata, string shown)
    {
        HashSet<string?> known = [.. DotnetSdk.Framework.Select(Path.GetFileNameWithoutExtension)];
        known.UnionWith(new[] { typeof(KernelContext), typeof(GfpFlags), typeof(VirtualAddress) }.Select(type => type.Assembly.GetName().Name));
        return
            from handle in metadata.AssemblyReferences
            let name = metadata.GetString(metadata.GetAssemblyReference(handle).Name)
            where !known.Contains(name)
            select $"mk: {shown}: needs {name}.dll; a module is one assembly and brings no other along";
    }

    private static IEnumerable<string> BeyondTheSurface(MetadataReader metadata, string shown)
    {
        HashSet<string?> surface = [.. DriverSurface.FromBelow.Concat(DriverSurface.OfCore).Select(type => type.FullName)];
        return
            from handle in metadata.TypeReferences
            let type = metadata.GetTypeReference(handle)
            let name = $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"
            where name.StartsWith("MiniKernel.", StringComparison.Ordinal) && !surface.Contains(name)
            select $"mk: {shown}: uses {name}, which is the kernel's own; a driver has what KernelContext gives it";
    }
}
