using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using NUnit.Framework;

namespace MiniKernel.Architecture.Tests;

/// <summary>A compiled assembly of the product, read as metadata: nothing of it runs.</summary>
internal sealed class CompiledAssembly : IDisposable
{
    private readonly PEReader _file;

    public CompiledAssembly(string name)
    {
        Path = PathOf(name);
        _file = new PEReader(File.OpenRead(Path));
        Metadata = _file.GetMetadataReader();
    }

    /// <summary>Where it lies: beside the tests.</summary>
    public string Path { get; }

    /// <summary>Its tables.</summary>
    public MetadataReader Metadata { get; }

    /// <summary>Names of the assemblies it references.</summary>
    public IEnumerable<string> References =>
        Metadata.AssemblyReferences.Select(handle => Metadata.GetString(Metadata.GetAssemblyReference(handle).Name));

    /// <summary>Every type of other assemblies it mentions.</summary>
    public IEnumerable<(string Assembly, string FullName)> TypeReferences => Metadata.TypeReferences.Select(Describe);

    /// <summary>Where an assembly of that name would lie.</summary>
    public static string PathOf(string name) => System.IO.Path.Combine(TestContext.CurrentContext.TestDirectory, $"{name}.dll");

    public void Dispose() => _file.Dispose();

    // A nested type's scope is the type around it.
    private (string Assembly, string FullName) Describe(TypeReferenceHandle handle)
    {
        TypeReference type = Metadata.GetTypeReference(handle);
        string name = Metadata.GetString(type.Name);
        switch (type.ResolutionScope.Kind)
        {
            case HandleKind.TypeReference:
                (string assembly, string outer) = Describe((TypeReferenceHandle)type.ResolutionScope);
                return (assembly, $"{outer}+{name}");
            case HandleKind.AssemblyReference:
                AssemblyReference reference = Metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope);
                return (Metadata.GetString(reference.Name), $"{Metadata.GetString(type.Namespace)}.{name}");
            default:
                return ("", name);
        }
    }
}
