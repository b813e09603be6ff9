using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using MiniKernel.Core;
using NUnit.Framework;

namespace MiniKernel.Drivers.Tests;

/// <summary>The metadata of the drivers' assembly names no type of ours outside the driver surface.</summary>
[TestFixture]
public sealed class DriverSurfaceTests
{
    [Test]
    public void Drivers_TouchOnlyTheSurface()
    {
        HashSet<string> surface = [.. DriverSurface.FromBelow.Concat(DriverSurface.OfCore).Select(type => type.FullName!)];
        Assert.That(ReferencedTypes(typeof(SampleDrivers).Assembly.Location).Except(surface), Is.Empty);
    }

    [Test]
    public void Surface_HoldsNoTypeThatHandsOutPointers()
    {
        foreach (Type type in DriverSurface.FromBelow.Concat(DriverSurface.OfCore))
        {
            Assert.That(type.IsPublic, Is.True, type.FullName);
            Assert.That(type.GetMethods().SelectMany(method => method.GetParameters()).Any(parameter => parameter.ParameterType.IsPointer), Is.False, type.FullName);
            Assert.That(type.GetMethods().Any(method => method.ReturnType.IsPointer), Is.False, type.FullName);
        }
    }

    private static List<string> ReferencedTypes(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        List<string> names = [];
        foreach (TypeReferenceHandle handle in metadata.TypeReferences)
        {
            TypeReference type = metadata.GetTypeReference(handle);
            string space = metadata.GetString(type.Namespace);
            if (space.StartsWith("MiniKernel.", StringComparison.Ordinal))
                names.Add($"{space}.{metadata.GetString(type.Name)}");
        }
        return names;
    }
}
