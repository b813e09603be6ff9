using System.Globalization;
using System.Text.RegularExpressions;
using MiniKernel.Inspect;
using MiniKernel.Tests.Support;

namespace MiniKernel.Cli.Tests.Disasm;

/// <summary>drivers/c/FOLDING.md shows what mk prints, and what it says of offsets is so.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class FoldingPageTests : IDisposable
{
    private static readonly string _page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "samples", "FOLDING.md"));
    private readonly MkRun _mk = new();

    private static IEnumerable<string> Commands => Listing().Matches(_page).Select(listing => listing.Groups["command"].Value);

    public void Dispose() => _mk.Dispose();

    // The compiler the page names gives it to the letter; of another one, and of the JIT, what the page is about must be the same.
    [TestCaseSource(nameof(Commands))]
    public void Listing_IsWhatMkPrints(string command)
    {
        bool isC = command.Contains(".c ", StringComparison.Ordinal);
        if (!isC && !MethodInspector.IsSupported)
            Assert.Ignore("the page shows x86-64 code");
        CopySource();
        Assert.That(_mk.Run(command.Split(' ')), Is.Zero, _mk.Err);
        string[] shown = Listing().Matches(_page).Single(listing => listing.Groups["command"].Value == command).Groups["text"].Value.TrimEnd('\n').Split('\n');
        if (isC && HostTool.Run("gcc", "-dumpfullversion").StartsWith("12.2.", StringComparison.Ordinal))
            Assert.That(_mk.OutLines, Is.EqualTo(shown));
        string[] essential = [.. shown.Where(line => Essential().IsMatch(line)).Select(WithoutPlace)];
        Assert.That(essential, Is.Not.Empty);
        Assert.That(_mk.OutLines.Select(WithoutPlace), Is.SupersetOf(essential));
    }

    // The table of the page, from the compiler: a machine of each word and line size.
    [Test]
    public void Offsets_AreThoseOfTheTable([Values("i386", "x86-64")] string machine, [Values(32, 64, 128)] int line, [Values] bool isDma)
    {
        HostTool.Require("gcc");
        string[] row = Regex.Match(_page, @$"(?m)^\| {machine}{(isDma ? ", GFP_DMA" : "")} \|(?<cells>.*)\|$").Groups["cells"].Value.Split('|');
        int offset = int.Parse(row[line switch { 32 => 0, 64 => 1, _ => 2 }], CultureInfo.InvariantCulture);
        CopySource();
        string profile = machine == "i386" ? "i386-32" : "x86-64-2g";
        Assert.That(_mk.Run("disasm", "drivers/c/folding.c", isDma ? "take_dma" : "take", "--profile", profile, "--set", $"l1CacheBytes={line}", "--set", $"cacheLineSize={line}"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Match($@"mov[lq] malloc_sizes\+{offset}[,(]"));
    }

    private void CopySource()
    {
        Directory.CreateDirectory(Path.Combine(_mk.Folder, "drivers", "c"));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "samples", "folding.c"), Path.Combine(_mk.Folder, "drivers", "c", "folding.c"));
    }

    private static string WithoutPlace(string line) => Regex.Replace(Regex.Replace(line, @"^ *[0-9a-f]+: ", ""), " +", " ").Trim();

    [GeneratedRegex(@"```\n\$ mk (?<command>.*)\n(?<text>(?:(?!```).*\n)+)```")]
    private static partial Regex Listing();

    [GeneratedRegex(@"malloc_sizes|__kmalloc|Kmalloc\(ulong|\[rsi\+0x50\]")]
    private static partial Regex Essential();
}
