using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Drivers;

namespace MiniKernel.Cli.Drivers;

/// <summary>The drivers of a configuration, built where they are from outside, before there is a machine.</summary>
internal sealed class DriverSet : IDisposable
{
    private readonly List<ReadyDriver> _drivers = [];

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<ReadyDriver> Drivers => _drivers;

    /// <summary>Makes them.</summary>
    /// <exception cref="UsageException">One cannot be built, or its parameters are wrong.</exception>
    public static DriverSet Prepare(BootOptions options, Session session)
    {
        var set = new DriverSet();
        try
        {
            var mistakes = new Mistakes(options.File);
            foreach (DriverRequest request in options.Drivers)
                set.Add(request, options, session, mistakes);
            IReadOnlyList<string> ofSettings = set.Apply(options.DriverSettings);
            return mistakes.Count + ofSettings.Count == 0 ? set : throw new UsageException([.. mistakes.Lines(), .. ofSettings]);
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>The same drivers for another machine, their code made anew.</summary>
    public DriverSet Again()
    {
        var set = new DriverSet();
        foreach (ReadyDriver driver in _drivers)
            set._drivers.Add(driver with { Module = driver.Module.Again() });
        return set;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ReadyDriver driver in _drivers)
            driver.Module.Dispose();
    }

    private void Add(DriverRequest request, BootOptions options, Session session, Mistakes mistakes)
    {
        if (request.Outside is not { } outside)
        {
            _drivers.Add(new ReadyDriver(DriverModule.Of(SampleDrivers.Find(request.Name)!), request.Parameters)); // the reader has checked the name
            return;
        }
        if (!DriverLoader.IsThere(request.Name, options.Folder))
        {
            mistakes.AddNot(outside.Place, DriverLoader.Expected(request.Name));
            return;
        }
        DriverModule module = DriverLoader.Load(request.Name, options.Folder, session, options.Profile, options.Kernel);
        bool isTwice = _drivers.Exists(other => other.Module.Name == module.Name);
        _drivers.Add(new ReadyDriver(module, DriversReader.ReadParameters(outside.Parameters, module.Name, module.Parameters, mistakes)));
        if (isTwice)
            DriversReader.AddTwice(outside.Place, module.Name, mistakes);
    }

    // NAME.PARAMETER=VALUE, of drivers that were not known when the command line was read.
    private List<string> Apply(IReadOnlyList<string> settings)
    {
        var lines = new List<string>();
        foreach (string setting in settings)
        {
            int dot = setting.IndexOf('.', StringComparison.Ordinal), equals = setting.IndexOf('=', StringComparison.Ordinal);
            string driver = setting[..dot], name = equals < 0 ? setting[(dot + 1)..] : setting[(dot + 1)..equals];
            int at = _drivers.FindIndex(candidate => candidate.Module.Name == driver);
            if (at < 0)
                lines.Add($"mk: --set {driver}.{name}: the configuration does not load driver {ConfigNode.Quote(driver)}; {NearestName.Advice(driver, [.. _drivers.Select(known => known.Module.Name)])}");
            else if (equals < 0)
                lines.Add($"mk: --set {driver}.{name}: a value is missing; write --set {driver}.{name}=VALUE");
            else
                _drivers[at] = _drivers[at].With(name, setting[(equals + 1)..], $"mk: --set {driver}.{name}", lines);
        }
        return lines;
    }
}
