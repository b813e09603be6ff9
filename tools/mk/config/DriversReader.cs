using MiniKernel.Core;
using MiniKernel.Drivers;

namespace MiniKernel.Cli.Config;

/// <summary>Reads the "drivers" section: names, or objects with a name and parameters.</summary>
internal static class DriversReader
{
    /// <summary>Keys of a driver given as an object.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["name", "parameters"];

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
                mistakes.Add(item, $"driver \"{request.Name}\" is listed twice; a module is loaded once");
            requests.Add(request);
        }
        return requests;
    }

    private static DriverRequest? ReadDriver(ConfigNode item, Mistakes mistakes)
    {
        if (item.Kind == NodeKind.Text)
            return Find(item, mistakes) is null ? null : new DriverRequest(item.Text, new Dictionary<string, string>());
        if (item.Kind != NodeKind.Object)
        {
            mistakes.AddNot(item, "a driver: its name, or { \"name\": ..., \"parameters\": { ... } }");
            return null;
        }
        foreach (ConfigMember member in item.Members)
        {
            if (!Keys.Contains(member.Name))
                ValueReader.AddUnknownKey(member, mistakes, Keys);
        }
        IKernelModule? module = ReadName(item, mistakes);
        IReadOnlyDictionary<string, string> parameters = ReadParameters(item, module, mistakes);
        return module is null ? null : new DriverRequest(module.Name, parameters);
    }

    private static IKernelModule? ReadName(ConfigNode item, Mistakes mistakes)
    {
        if (item.Member("name") is not { } name)
        {
            if (item.IsClosed)
                mistakes.Add(item, $"\"name\" is missing; allowed: {string.Join(", ", Names)}");
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
        var values = new Dictionary<string, string>();
        if (item.Member("parameters") is not { } section || !ValueReader.IsObject(section.Value, mistakes, "with the driver's parameters"))
            return values;
        foreach (ConfigMember member in section.Value.Members)
        {
            if (module is null)
                break; // whose parameters they are is unknown
            if (module.Parameters.FirstOrDefault(candidate => candidate.Name == member.Name) is { } parameter)
                values.Add(member.Name, ReadValue(member.Value, parameter, mistakes));
            else
                AddUnknown(member, module, mistakes);
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
            _ => (value.Kind == NodeKind.Text, parameter.Allowed),
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

    private static void AddUnknown(ConfigMember member, IKernelModule module, Mistakes mistakes)
    {
        string[] known = [.. module.Parameters.Select(parameter => parameter.Name)];
        string advice = known.Length == 0 ? "it has none" : NearestName.Advice(member.Name, known);
        mistakes.Add(member.Line, member.Value.Path, $"driver \"{module.Name}\" has no parameter {ConfigNode.Quote(member.Name)}; {advice}");
    }
}
