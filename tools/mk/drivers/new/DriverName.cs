using System.Text.RegularExpressions;
using MiniKernel.Cli.Config;
using MiniKernel.Core;
using MiniKernel.Drivers;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Drivers;

/// <summary>The names of a new driver: of its folder as given, of its class and of its module as C# and Linux write them.</summary>
internal sealed partial class DriverName
{
    private const string Allowed = "a letter, then letters, digits, _ and -; 40 characters at the most";

    // What a source of the templates sees without saying so: a class of such a name would hide it.
    private static IReadOnlyList<string> Namespaces { get; } = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Text", "System.Threading", "System.Threading.Tasks"];

    /// <summary>Takes a name.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public DriverName(string given)
    {
        if (!Valid().IsMatch(given))
            throw new UsageException($"mk: {ConfigNode.Quote(given)} is no name for a driver; allowed: {Allowed}");
        string[] words = [.. Word().Matches(given).Select(word => word.Value.ToLowerInvariant())];
        Folder = given;
        Module = string.Join('_', words);
        Class = string.Concat(words.Select(word => $"{char.ToUpperInvariant(word[0])}{word[1..]}"));
        if (IsTaken(Class))
            Class += "Driver";
        if (SampleDrivers.Find(Module) is not null)
            throw new UsageException($"mk: {ConfigNode.Quote(Module)} is a driver that comes with mk; choose another name");
    }

    /// <summary>As it was given: my-notes.</summary>
    public string Folder { get; }

    /// <summary>MyNotes; with Driver behind it where the kernel or C# have a type of that name.</summary>
    public string Class { get; }

    /// <summary>my_notes.</summary>
    public string Module { get; }

    private static bool IsTaken(string name) =>
        name is "System" or "MiniKernel" or "Append" or "TakeOldest" or "WriteAndRead" // of the templates
        || new[] { typeof(IKernelModule), typeof(IBootWorkload), typeof(IFileOperations) }.Any(type => type.GetMember(name).Length != 0)
        || new[] { typeof(KernelContext), typeof(GfpFlags), typeof(VirtualAddress) }.Any(type => type.Assembly.GetType($"{type.Namespace}.{name}") is { IsPublic: true })
        || Namespaces.Any(space => new[] { typeof(object), typeof(Console), typeof(Enumerable), typeof(Queue<>) }.Any(type => type.Assembly.GetType($"{space}.{name}") is { IsPublic: true }));

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]{0,39}\z")]
    private static partial Regex Valid();

    [GeneratedRegex("[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z0-9]+|[0-9]+")]
    private static partial Regex Word();
}
