using System.Text;
using MiniKernel.Core;
using MiniKernel.Drivers;

namespace MiniKernel.Cli.Config;

/// <summary>Reads the values of --set: a key of the profile, a key of "kernel" (<c>kernel.watch=bare</c>), or a parameter of
/// a driver the configuration loads (<c>isa_sound.gfp_dma=0</c>).</summary>
internal sealed class Settings(BootOptions options, ProfileDoubts doubts, List<string> mistakes)
{
    private const string Kernel = "kernel.";
    private readonly List<string> _ofProfile = [];

    /// <summary>The options with what was set so far.</summary>
    public BootOptions Options { get; private set; } = options;

    /// <summary>The sound settings that changed the profile, as they were written.</summary>
    public IReadOnlyList<string> OfProfile => _ofProfile;

    /// <summary>Takes one setting, KEY=VALUE.</summary>
    public void Apply(string setting)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? setting : setting[..equals];
        if (!Keys().Contains(key) && IsOfDriver(key) && SampleDrivers.Find(DriverOf(key)) is null && Options.Drivers.Any(driver => driver.Outside is not null))
            Options = Options with { DriverSettings = [.. Options.DriverSettings, setting] };
        else if (!Keys().Contains(key))
            AddUnknown(key);
        else if (equals < 0)
            Add(key, $"a value is missing; write --set {key}=VALUE");
        else if (key.StartsWith(Kernel, StringComparison.Ordinal))
            SetKernel(key, setting[(equals + 1)..]);
        else if (IsOfDriver(setting))
            SetDriver(key, setting[(equals + 1)..]);
        else
            SetProfile(key, setting, setting[(equals + 1)..]);
    }

    /// <summary>True for a driver's parameter.</summary>
    public static bool IsOfDriver(string setting)
    {
        int dot = setting.AsSpan().IndexOfAny('.', '=');
        return dot > 0 && setting[dot] == '.' && !setting.StartsWith(Kernel, StringComparison.Ordinal);
    }

    private static string DriverOf(string key) => key[..key.IndexOf('.', StringComparison.Ordinal)];

    private List<string> Keys() =>
    [
        .. ProfileKeys.Values, .. KernelSectionReader.KernelKeys.Select(key => Kernel + key),
        .. Options.Drivers.SelectMany(driver => Parameters(driver.Name).Select(parameter => $"{driver.Name}.{parameter.Name}")),
    ];

    private static IReadOnlyList<ModuleParameter> Parameters(string driver) => SampleDrivers.Find(driver)?.Create().Parameters ?? [];

    private void AddUnknown(string key)
    {
        doubts.Add(key);
        string driver = IsOfDriver(key) ? DriverOf(key) : "";
        bool isUnused = SampleDrivers.Find(driver) is not null && Options.Drivers.All(used => used.Name != driver);
        string problem = isUnused ? $"the configuration does not load driver {ConfigNode.Quote(driver)}" : $"unknown key {ConfigNode.Quote(key)}";
        Add(key, $"{problem}; {NearestName.Advice(key, Keys())}");
    }

    private void SetProfile(string key, string setting, string text)
    {
        var found = new Mistakes("--set");
        ProfileChange? change = ProfileKeys.Read(key, Value(text), found);
        if (change is null)
        {
            doubts.Add(key);
            AddAll(key, found);
            return;
        }
        doubts.Clear(key);
        _ofProfile.Add(setting);
        Options = Options with { Profile = change(Options.Profile) };
    }

    private void SetKernel(string key, string text)
    {
        var found = new Mistakes("--set");
        ConfigNode section = Node(NodeKind.Object, "");
        section.Add(new ConfigMember(key[Kernel.Length..], 1, Value(text)));
        Options = KernelSectionReader.ReadKernel(section, Options, found);
        AddAll(key, found);
    }

    private void SetDriver(string key, string text)
    {
        int dot = key.IndexOf('.', StringComparison.Ordinal);
        (string driver, string name) = (key[..dot], key[(dot + 1)..]);
        ModuleParameter parameter = Parameters(driver).First(candidate => candidate.Name == name);
        var found = new Mistakes("--set");
        string value = ReadParameter(parameter, text, found);
        AddAll(key, found);
        Options = Options with { Drivers = [.. Options.Drivers.Select(used => used.Name == driver ? With(used, name, value) : used)] };
    }

    /// <summary>Reads a parameter's value from a command line.</summary>
    public static string ReadParameter(ModuleParameter parameter, string text, Mistakes found) =>
        DriversReader.ReadValue(parameter is IntParameter or BoolParameter ? Value(text) : Node(NodeKind.Text, text), parameter, found);

    private static DriverRequest With(DriverRequest driver, string name, string value) =>
        driver with { Parameters = new Dictionary<string, string>(driver.Parameters) { [name] = value } };

    /// <summary>A value as boot.json would have it; what is no JSON is a text, so that nobody has to quote 64M.</summary>
    public static ConfigNode Value(string text)
    {
        var grammar = new Mistakes("--set");
        ConfigNode? node = ConfigParser.Parse(Encoding.UTF8.GetBytes(text), grammar, out bool complete);
        return complete && node is not null && grammar.Count == 0 ? node : Node(NodeKind.Text, text);
    }

    /// <summary>A value that stands in no file.</summary>
    public static ConfigNode Node(NodeKind kind, string text) => new() { Kind = kind, Line = 1, Column = 1, Path = "$", Text = text, IsClosed = true };

    private void AddAll(string key, Mistakes found)
    {
        foreach (string message in found.Messages())
            Add(key, message);
    }

    private void Add(string key, string message) => mistakes.Add($"mk: --set {key}: {message}");
}
