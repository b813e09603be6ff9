using MiniKernel.Core;
using MiniKernel.Drivers;

namespace MiniKernel.Cli.Config;

/// <summary>Reads the "drivers" section: names and paths, or objects with one of them and parameters.</summary>
internal static class DriversReader
{
    /// <summary>Keys of a driver given as an object.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["name", "path", "parameters"];

    private static IReadOnlyList<string> Names => [.. SampleDrivers.All.Select(driver => driver.Name)];

    /// <summary>Reads the list.</summary>
    public static IReadOnlyList<DriverRequest> Read(ConfigNode section, Mistakes mistakes)
    {
        var requests = new List<DriverRequest>();
        if (!ValueReader.IsList(section, mistakes, "of drivers"))
            return requests;
        foreach (ConfigNode item in section.Items)
        {
            if (ReadDriver(item, mistakes) is not { } request)
                continue;
            if (requests.Exists(other => other.Name == request.Name))
                AddTwice(item, request.Name, mistakes);
            requests.Add(request);
        }
        return requests;
    }

    /// <summary>Notes a module that is listed twice.</summary>
    public static void AddTwice(ConfigNode item, string name, Mistakes mistakes) =>
        mistakes.Add(item, $"driver {ConfigNode.Quote(name)} is listed twice; a module is loaded once");

    /// <summary>True for what can only be a path, or the name of a C sample: C# samples have names of letters and _.</summary>
    public static bool IsPath(string text) => text.AsSpan().ContainsAny('/', '\\', '.');

    private static DriverRequest? ReadDriver(ConfigNode item, Mistakes mistakes)
    {
        if (item.Kind == NodeKind.Text && IsPath(item.Text))
            return Outside(item, []);
        if (item.Kind == NodeKind.Text)
            return Find(item, mistakes) is null ? null : new DriverRequest(item.Text, new Dictionary<string, string>());
        if (item.Kind != NodeKind.Object)
        {
            mistakes.AddNot(item, "a driver: its name, a path with a / or . in it, or { \"name\": ..., \"parameters\": { ... } }");
            return null;
        }
        foreach (ConfigMember member in item.Members)
        {
            if (!Keys.Contains(member.Name))
                ValueReader.AddUnknownKey(member, mistakes, Keys);
        }
        if (item.Member("path") is { } path)
            return ReadOutside(item, path, mistakes);
        IKernelModule? module = ReadName(item, mistakes);
        IReadOnlyDictionary<string, string> parameters = ReadParameters(item, module, mistakes);
        return module is null ? null : new DriverRequest(module.Name, parameters);
    }

    private static DriverRequest? ReadOutside(ConfigNode item, ConfigMember path, Mistakes mistakes)
    {
        if (item.Member("name") is not null)
            mistakes.Add(path.Line, path.Value.Path, "\"name\" is a driver that comes with mk, \"path\" one of yours; keep one of them");
        bool isText = ValueReader.Text(path.Value, mistakes, "the path of a driver's folder") is not null;
        ConfigNode? parameters = item.Member("parameters")?.Value;
        bool hasParameters = parameters is not null && ValueReader.IsObject(parameters, mistakes, "with the driver's parameters");
        return isText ? Outside(path.Value, hasParameters ? parameters!.Members : []) : null;
    }

    private static DriverRequest Outside(ConfigNode path, IReadOnlyList<ConfigMember> parameters) =>
        new(path.Text, new Dictionary<string, string>()) { Outside = new OutsideDriver(path, parameters) };

    private static IKernelModule? ReadName(ConfigNode item, Mistakes mistakes)
    {
        if (item.Member("name") is not { } name)
        {
            if (item.IsClosed)
                mistakes.Add(item, $"\"name\" is missing; allowed: {string.Join(", ", Names)}, or \"path\" for a driver of your own");
            return null;
        }
        return ValueReader.Text(name.Value, mistakes, "the name of a driver") is null ? null : Find(name.Value, mistakes);
    }

    private static IKernelModule? Find(ConfigNode name, Mistakes mistakes)
    {
        if (SampleDrivers.Find(name.Text) is { } driver)
            return Make(driver.Create, name, mistakes);
        mistakes.AddNot(name, $"a driver; {NearestName.Advice(name.Text, Names)}");
        return null;
    }

    /// <summary>An instance, to know its parameters by; a driver that cannot even be made is refused.</summary>
    public static IKernelModule? Make(Func<IKernelModule> create, ConfigNode name, Mistakes mistakes)
    {
        try
        {
            IKernelModule module = create();
            return module is { Name: not null, Parameters: not null }
                ? module
                : throw new InvalidOperationException("its Name or Parameters is null");
        }
#pragma warning disable CA1031 // driver code, outside the kernel's module boundary: there is no kernel yet
        catch (Exception failure)
#pragma warning restore CA1031
        {
            mistakes.Add(name, $"driver {name.Shown} cannot be made: {failure.GetType().Name}: {ConfigNode.Quote(failure.Message)}");
            return null;
        }
    }

    private static Dictionary<string, string> ReadParameters(ConfigNode item, IKernelModule? module, Mistakes mistakes)
    {
        if (item.Member("parameters") is not { } section || !ValueReader.IsObject(section.Value, mistakes, "with the driver's parameters"))
            return [];
        return module is null ? [] : ReadParameters(section.Value.Members, module.Name, module.Parameters, mistakes); // null: whose they are is unknown
    }

    /// <summary>Reads values for a driver's parameters.</summary>
    public static Dictionary<string, string> ReadParameters(
        IReadOnlyList<ConfigMember> members, string driver, IReadOnlyList<ModuleParameter> known, Mistakes mistakes)
    {
        var values = new Dictionary<string, string>();
        foreach (ConfigMember member in members)
        {
            if (known.FirstOrDefault(candidate => candidate.Name == member.Name) is { } parameter)
                values.Add(member.Name, ReadValue(member.Value, parameter, mistakes));
            else
                mistakes.Add(member.Line, member.Value.Path, UnknownParameter(driver, member.Name, known));
        }
        return values;
    }

    /// <summary>Reads a parameter's value, as insmod takes it. JSON has types, so a number in quotation marks is a mistake here.</summary>
    public static string ReadValue(ConfigNode value, ModuleParameter parameter, Mistakes mistakes)
    {
        (bool hasType, string expected) = parameter switch
        {
            BoolParameter => (value.Kind is NodeKind.True or NodeKind.False or NodeKind.Number, "true, false, 1 or 0"),
            IntParameter => (value.Kind == NodeKind.Number, parameter.Allowed),
            StringParameter => (value.Kind == NodeKind.Text, parameter.Allowed),
            _ => (value.Kind is NodeKind.Text or NodeKind.Number or NodeKind.True or NodeKind.False, parameter.Allowed), // of C, which has texts alone
        };
        string text = value.Kind switch
        {
            NodeKind.True => "1",
            NodeKind.False => "0",
            _ => value.Text,
        };
        if (!hasType || !parameter.IsValid(text))
            mistakes.AddNot(value, expected);
        return text;
    }

    /// <summary>What is said of a parameter that a driver does not have.</summary>
    public static string UnknownParameter(string driver, string name, IReadOnlyList<ModuleParameter> known)
    {
        string advice = known.Count == 0 ? "it has none" : NearestName.Advice(name, [.. known.Select(parameter => parameter.Name)]);
        return $"driver {ConfigNode.Quote(driver)} has no parameter {ConfigNode.Quote(name)}; {advice}";
    }
}
