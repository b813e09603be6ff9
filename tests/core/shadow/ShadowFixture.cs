using System.Globalization;
using System.Text.RegularExpressions;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Code of a driver that breaks a rule.</summary>
public delegate void DriverCode(KernelContext kernel);

/// <summary>A report of shadow mode, taken apart.</summary>
/// <param name="Kind">KASAN's name for it.</param>
/// <param name="Site">Where it happened: a call site or a device.</param>
/// <param name="What">The second line.</param>
/// <param name="Allocated">Call site; null when the report names none.</param>
/// <param name="Freed">Call site; null when the report names none.</param>
/// <param name="BelongsTo">What the address belongs to.</param>
/// <param name="Place">Where in it the address lies, up to the region's start.</param>
/// <param name="Text">All of it.</param>
internal sealed record CaughtBug(string Kind, string Site, string What, string? Allocated, string? Freed, string BelongsTo, string Place, string Text);

/// <summary>Base of tests that let something be caught.</summary>
/// <param name="allocator">The object allocator.</param>
public abstract partial class ShadowFixture(AllocatorKind allocator = AllocatorKind.Slab) : KernelFixture(allocator)
{
    /// <summary>A 32-bit and a 64-bit machine, and one with pages of its own size.</summary>
    internal static readonly string[] Profiles = ["i386-32", "x86-64-2g", "alpha-8k"];

    /// <summary>Boots in shadow mode.</summary>
    internal TestKernel Shadow(string profile = "i386-32") => Boot(profile, WatchMode.Shadow);

    /// <summary>Every report in the log, in order.</summary>
    internal static IReadOnlyList<CaughtBug> Reports(TestKernel test) => [.. Report().Matches(test.LogText).Select(match => Parse(match.Value))];

    /// <summary>Runs code that ends in an oops or does not.</summary>
    /// <returns>True when it did.</returns>
    internal static bool Oopses(TestKernel test, DriverCode code)
    {
        try
        {
            code(test.Context);
            return false;
        }
        catch (KernelOopsException)
        {
            return true;
        }
    }

    /// <summary>The one report that code must lead to, and nothing else that counts as an error.</summary>
    internal static CaughtBug Caught(TestKernel test, DriverCode code)
    {
        int errors = test.Kernel.Errors, before = Reports(test).Count;
        code(test.Context);
        IReadOnlyList<CaughtBug> caught = Reports(test);
        Assert.That(caught, Has.Count.EqualTo(before + 1), test.LogText);
        Assert.That(test.Kernel.Errors, Is.EqualTo(errors + 1), test.LogText);
        return caught[^1];
    }

    private static CaughtBug Parse(string text)
    {
        string[] lines = text.Split('\n');
        Match headline = Headline().Match(lines[1]);
        return new CaughtBug(
            headline.Groups["kind"].Value, headline.Groups["site"].Value, lines[2],
            Group(Allocated().Match(text)), Group(Freed().Match(text)),
            Group(Belongs().Match(text)) ?? "", Group(Located().Match(text)) ?? "", text);
    }

    private static string? Group(Match match) => match.Success ? match.Groups[1].Value.Replace("\n", "", StringComparison.Ordinal) : null;

    /// <summary>An address as reports print it.</summary>
    internal static string Hex(TestKernel test, ulong address) =>
        address.ToString(test.Machine.Profile.WordSize == 64 ? "x16" : "x8", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^={20,}\nBUG: KASAN: .*?\n={20,}$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Report();

    [GeneratedRegex(@"^BUG: KASAN: (?<kind>\S+) in (?<site>.*)$")]
    private static partial Regex Headline();

    [GeneratedRegex(@"^Allocated by task .*:\n (.*)$", RegexOptions.Multiline)]
    private static partial Regex Allocated();

    [GeneratedRegex(@"^Freed by task .*:\n (.*)$", RegexOptions.Multiline)]
    private static partial Regex Freed();

    [GeneratedRegex(@"^The buggy address belongs to the (.*(?:\n which .*)?)$", RegexOptions.Multiline)]
    private static partial Regex Belongs();

    [GeneratedRegex(@"^The buggy address is located (.* of\n .*) \[", RegexOptions.Multiline)]
    private static partial Regex Located();
}
