using System.Text.RegularExpressions;

namespace MiniKernel.Cli.Disasm;

/// <summary>What the JIT wrote down of one method, in one tier.</summary>
/// <param name="Method">The method, as the JIT names it.</param>
/// <param name="Tier">As the JIT names it: Tier0, FullOpts, ...</param>
/// <param name="IsLast">True when it was asked for the last tier.</param>
/// <param name="Bytes">Of its code.</param>
/// <param name="Lines">Labels and instructions, in Intel's syntax.</param>
internal sealed partial record JitListing(string Method, string Tier, bool IsLast, int Bytes, IReadOnlyList<string> Lines)
{
    /// <summary>Reads what DOTNET_JitStdOutFile got.</summary>
    public static IReadOnlyList<JitListing> Read(IEnumerable<string> lines, bool isLast)
    {
        var listings = new List<JitListing>();
        var code = new List<string>();
        (string Method, string Tier)? current = null;
        foreach (string line in lines)
        {
            if (Header().Match(line) is { Success: true } header)
                (current, code) = ((header.Groups["method"].Value, header.Groups["tier"].Value), []);
            else if (current is { } known && Total().Match(line) is { Success: true } total)
                listings.Add(new JitListing(known.Method, known.Tier, isLast, int.Parse(total.Groups["bytes"].Value, System.Globalization.CultureInfo.InvariantCulture), code));
            else if (current is not null && line.Trim().Length != 0 && !line.StartsWith(';'))
                code.Add(line.TrimEnd());
        }
        return listings;
    }

    /// <summary>Writes it.</summary>
    public void Write(TextWriter output)
    {
        string tier = IsLast ? "last tier" : Tier.StartsWith("Tier0", StringComparison.Ordinal) ? "first tier" : "has no first tier";
        output.WriteLine($"{Method}:  # {tier} ({Tier}), {Bytes} bytes");
        foreach (string line in Lines)
            output.WriteLine(line);
    }

    [GeneratedRegex(@"^; Assembly listing for method (?<method>.*) \((?<tier>[^()]*)\)\s*$")]
    private static partial Regex Header();

    [GeneratedRegex(@"^; Total bytes of code (?<bytes>\d+)")]
    private static partial Regex Total();
}
