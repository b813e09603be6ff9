using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using MiniKernel.Core;
using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>What public teaching drivers without devices and files use of the kernel (data/driver-symbols.csv: name, kind, how many files
/// use it) is in our headers, in one API at least. Tasks are left out.</summary>
public sealed partial class DriverSymbolTests : CModuleFixture
{
    // Drivers hold pointers to them; what they are made of is the kernel's own.
    private static readonly string[] _opaque = ["struct page", "struct kmem_cache", "mempool_t"];

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void EverySymbolIsThere(string profile)
    {
        (string Symbol, bool IsType)[] symbols =
        [
            .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "driver-symbols.csv")).Skip(1)
                .Select(line => line.Split(',')).Select(fields => (fields[0], fields[1] == "type")),
        ];
        Assert.That(symbols, Has.Length.GreaterThan(250));
        HashSet<string> modern = Missing(symbols, profile, KernelApi.Modern), old = Missing(symbols, profile, KernelApi.Linux2624);
        Assert.That(modern.Intersect(old), Is.Empty);
        Assert.That(modern, Has.Count.LessThan(30), "of the modern API: " + string.Join(' ', modern));
        Assert.That(old, Has.Count.LessThan(30), "of 2.6.24: " + string.Join(' ', old));
    }

    // A use of each: gcc names those it does not know.
    private static HashSet<string> Missing(IEnumerable<(string Symbol, bool IsType)> symbols, string profile, KernelApi api)
    {
        string include = Path.Combine(AppContext.BaseDirectory, "include");
        StringBuilder code = new();
        foreach (string header in Directory.GetFiles(include, "*.h", SearchOption.AllDirectories).Where(file => !file.EndsWith("kmalloc_sizes.h", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            code.AppendLine($"#include <{Path.GetRelativePath(include, header)}>");
        int number = 0;
        foreach ((string symbol, bool isType) in symbols)
        {
            number++;
            code.AppendLine(isType ? $"static __maybe_unused unsigned long use_{number} = sizeof({symbol}{(_opaque.Contains(symbol) ? " *" : "")});" : $"#ifndef {symbol}\nstatic __maybe_unused void use_{number}(void) {{ (void){symbol}; }}\n#endif");
        }
        ProcessStartInfo start = new("gcc", [.. CBuild.Arguments(ShippedProfiles.Find(profile)!, include, new() { Api = api }), "-fsyntax-only", "-x", "c", "-"])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start)!;
        Task<string> messages = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(code);
        process.StandardInput.Close();
        process.WaitForExit();
        return [.. UnknownName().Matches(messages.Result).Select(match => match.Groups[1].Value)];
    }

    [GeneratedRegex("error: (?:unknown type name |invalid application of 'sizeof' to incomplete type )?'([^']+)'")]
    private static partial Regex UnknownName();
}
