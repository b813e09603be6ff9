using MiniKernel.Cli.Config;

namespace MiniKernel.Cli.Drivers;

/// <summary>A driver ready for insmod.</summary>
/// <param name="Module">The module.</param>
/// <param name="Parameters">Values, checked.</param>
internal sealed record ReadyDriver(DriverModule Module, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The same with one more value, as a command line has it.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="text">Its value.</param>
    /// <param name="place">What a mistake begins with.</param>
    /// <param name="mistakes">Takes what is wrong.</param>
    public ReadyDriver With(string name, string text, string place, List<string> mistakes)
    {
        if (Module.Parameters.FirstOrDefault(parameter => parameter.Name == name) is not { } known)
        {
            mistakes.Add($"{place}: {DriversReader.UnknownParameter(Module.Name, name, Module.Parameters)}");
            return this;
        }
        var found = new Mistakes(place);
        string value = Settings.ReadParameter(known, text, found);
        mistakes.AddRange(found.Messages().Select(message => $"{place}: {message}"));
        return this with { Parameters = new Dictionary<string, string>(Parameters) { [name] = value } };
    }
}
