using System.Xml.Linq;

namespace MiniKernel.Architecture.Tests;

/// <summary>What a project file says.</summary>
internal sealed class ProjectFile
{
    private readonly XDocument _xml;

    public ProjectFile(string file)
    {
        Path = file;
        _xml = XDocument.Load(RepositoryFiles.FullPath(file));
    }

    /// <summary>Relative to the root.</summary>
    public string Path { get; }

    /// <summary>Its name without the ending.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Names of the projects its code uses.</summary>
    public IEnumerable<string> ProjectReferences => Projects(areAnalyzers: false);

    /// <summary>Names of the projects that look at its code while it is compiled.</summary>
    public IEnumerable<string> Analyzers => Projects(areAnalyzers: true);

    /// <summary>Names of the packages it references.</summary>
    public IEnumerable<string> PackageReferences => Includes("PackageReference");

    /// <summary>Names of files it references as assemblies.</summary>
    public IEnumerable<string> AssemblyReferences => Includes("Reference");

    /// <summary>Every value a property is given.</summary>
    public IEnumerable<string> Property(string name) => Elements(name).Select(element => element.Value.Trim());

    /// <summary>Attributes of the items of a kind, by name.</summary>
    public IEnumerable<string> AttributesOf(string item) => Elements(item).SelectMany(element => element.Attributes()).Select(attribute => attribute.Name.LocalName);

    private IEnumerable<string> Projects(bool areAnalyzers) =>
        from reference in Elements("ProjectReference")
        where (reference.Attribute("OutputItemType")?.Value == "Analyzer" && reference.Attribute("ReferenceOutputAssembly")?.Value == "false") == areAnalyzers
        select System.IO.Path.GetFileNameWithoutExtension((reference.Attribute("Include")?.Value ?? "").Replace('\\', '/'));

    private IEnumerable<string> Includes(string item) => Elements(item).Select(element => element.Attribute("Include")?.Value ?? "");

    private IEnumerable<XElement> Elements(string name) => _xml.Descendants().Where(element => element.Name.LocalName == name);
}
