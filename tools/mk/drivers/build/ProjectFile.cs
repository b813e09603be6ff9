using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Words;

namespace MiniKernel.Cli.Drivers;

/// <summary>What a driver's .csproj says to the compiler. The file is there for editors, so what the two would understand
/// differently is refused.</summary>
/// <remarks>Not MSBuild: a value with a condition is an editor's business, and $(...) stands for nothing.</remarks>
internal sealed partial class ProjectFile
{
    private static IReadOnlyList<string> ImplicitUsings { get; } =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private readonly SortedDictionary<string, string> _options = new(StringComparer.Ordinal)
    {
        ["/langversion:"] = "latest",
        ["/nullable:"] = "enable",
        ["/optimize"] = "+",
    };

    private readonly List<string> _usings = [];
    private bool _hasImplicitUsings = true;

    /// <summary>A driver's folder without a project file: C# as new projects have it.</summary>
    public ProjectFile()
    {
    }

    /// <summary>Reads a project file.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="shown">What messages call it.</param>
    /// <exception cref="UsageException">It is no XML, or asks for what mk does not build.</exception>
    public ProjectFile(string path, string shown)
    {
        var mistakes = new List<string>();
        foreach (XElement element in Load(ConfigFile.ReadAll(path, shown), shown).Elements())
        {
            if (element.Name.LocalName == "PropertyGroup")
                ReadProperties(element);
            else if (element.Name.LocalName == "ItemGroup")
                ReadItems(element, shown, mistakes);
            else
                Refuse(element, shown, mistakes);
        }
        if (mistakes.Count != 0)
            throw new UsageException(mistakes);
    }

    /// <summary>Options for the compiler.</summary>
    public IEnumerable<string> Options => _options.Select(option => option.Key + option.Value);

    /// <summary>Namespaces that every source uses.</summary>
    public IEnumerable<string> Usings => (_hasImplicitUsings ? ImplicitUsings : []).Concat(_usings);

    private static XElement Load(byte[] bytes, string shown)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            XElement root = XElement.Load(reader, LoadOptions.SetLineInfo);
            return root.Name.LocalName == "Project" ? root : throw new UsageException($"{shown}: is not a project file: it begins with <{root.Name.LocalName}>, not <Project>");
        }
        catch (XmlException mistake)
        {
            throw new UsageException($"{shown}:{Math.Max(mistake.LineNumber, 1)}:{Math.Max(mistake.LinePosition, 1)}: {Printable.Line(mistake.Message)}");
        }
    }

    private void ReadProperties(XElement group)
    {
        if (group.Attribute("Condition") is not null)
            return;
        foreach (XElement property in group.Elements().Where(property => property.Attribute("Condition") is null))
            ReadProperty(property.Name.LocalName, Reference().Replace(property.Value, "").Trim(' ', ';', '\n', '\r', '\t'));
    }

    private void ReadProperty(string name, string value)
    {
        bool isOn = value.Equals("true", StringComparison.OrdinalIgnoreCase) || value.Equals("enable", StringComparison.OrdinalIgnoreCase);
        switch (name)
        {
            case "LangVersion":
                _options["/langversion:"] = value;
                break;
            case "Nullable":
                _options["/nullable:"] = value;
                break;
            case "DefineConstants" when value.Length != 0:
                _options["/define:"] = value;
                break;
            case "NoWarn" when value.Length != 0:
                _options["/nowarn:"] = value;
                break;
            case "TreatWarningsAsErrors":
                _options["/warnaserror"] = isOn ? "+" : "-";
                break;
            case "Optimize":
                _options["/optimize"] = isOn ? "+" : "-";
                break;
            case "ImplicitUsings":
                _hasImplicitUsings = isOn;
                break;
        }
    }

    private void ReadItems(XElement group, string shown, List<string> mistakes)
    {
        foreach (XElement item in group.Elements())
        {
            string include = item.Attribute("Include")?.Value ?? "";
            if (item.Name.LocalName == "Using" && include.Length != 0)
                _usings.Add(include);
            else if (!IsTheKernels(item.Name.LocalName, include))
                Refuse(item, shown, mistakes);
        }
    }

    // What mk new driver writes for editors and dotnet build; mk has its own.
    private static bool IsTheKernels(string item, string include) => item switch
    {
        "Reference" => include.StartsWith("MiniKernel.", StringComparison.Ordinal),
        "Analyzer" => include.EndsWith("/MiniKernel.Analyzer.dll", StringComparison.Ordinal),
        "CompilerVisibleProperty" => include.StartsWith("MiniKernel", StringComparison.Ordinal),
        _ => false,
    };

    private static void Refuse(XElement element, string shown, List<string> mistakes) => mistakes.Add(
        $"{shown}:{((IXmlLineInfo)element).LineNumber}: <{element.Name.LocalName}>: mk compiles every .cs file of the folder, and a module brings nothing else along; for a build of another kind: dotnet build, then insmod FILE.dll");

    [GeneratedRegex(@"\$\([^)]*\)")]
    private static partial Regex Reference();
}
