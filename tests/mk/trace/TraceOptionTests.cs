namespace MiniKernel.Cli.Tests.Trace;

/// <summary>--trace and --trace-filter.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TraceOptionTests : IDisposable
{
    private const string Config = """{ "drivers": ["scull"] }""";
    private readonly MkRun _mk = new();

    public void Dispose() => _mk.Dispose();

    [Test]
    public void Trace_GoesToAFile_AndTheBootIsTheSame()
    {
        _mk.File("boot.json", Config);
        Assert.That(_mk.Run("boot"), Is.Zero, _mk.Err);
        string plain = _mk.Out;
        Assert.That(_mk.Run("boot", "--trace", "t.txt"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Is.EqualTo(plain), "whoever looks on changes nothing");
        string trace = File.ReadAllText(Path.Combine(_mk.Folder, "t.txt"));
        Assert.That(trace, Does.StartWith("# tracer: nop\n"));
        Assert.That(trace, Does.Contain(": kmem_cache_alloc: call_site=ScullDevice.cs:").And.Contain(": cache_grow: name=scull_quantum "));
    }

    [Test]
    public void Trace_OfTheDefaultVerb_GoesToStdout_Filtered()
    {
        _mk.File("boot.json", Config);
        Assert.That(_mk.Run("--trace", "-", "--trace-filter", "kmem_cache_alloc && module==scull && name==scull_quantum"), Is.Zero, _mk.Err);
        string[] events = [.. _mk.OutLines.Where(line => line.Contains(" [000] ", StringComparison.Ordinal))];
        Assert.That(events, Has.Length.GreaterThan(10));
        Assert.That(events, Has.All.Contains(": kmem_cache_alloc: call_site=ScullDevice.cs:"));
        Assert.That(_mk.OutLines[^1], Is.EqualTo("Leaks: none."));
    }

    [Test]
    public void Trace_OfAReplay_NamesTheLine()
    {
        _mk.File("a.trace", "kmalloc a 100 GFP_KERNEL\nkfree a\n");
        Assert.That(_mk.Run("replay", "a.trace", "--trace", "-", "--trace-filter", "kmem:*"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Match(@"(?m)kmalloc: call_site=a\.trace:1 ptr=\S+ bytes_req=100 bytes_alloc=128 gfp_flags=GFP_KERNEL$"));
        Assert.That(_mk.Out, Does.Match(@"(?m)kfree: call_site=a\.trace:2 ptr=\S+$"));
    }

    [TestCase("kmaloc", "mk: --trace-filter: position 1: no event is called kmaloc; ")]
    [TestCase("bytes_req >", "mk: --trace-filter: position 12: a value to compare bytes_req with is expected, not the end")]
    public void BadFilter_IsRefusedBeforeAnythingRuns(string filter, string expected)
    {
        Assert.That(_mk.Run("boot", "--trace", "t.txt", "--trace-filter", filter), Is.EqualTo(2));
        Assert.That(_mk.Err, Does.StartWith(expected));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(1));
        Assert.That(_mk.Out, Is.Empty);
        Assert.That(File.Exists(Path.Combine(_mk.Folder, "t.txt")), Is.False);
    }

    [Test]
    public void Filter_NeedsATrace()
    {
        Assert.That(_mk.Run("boot", "--trace-filter", "kmalloc"), Is.EqualTo(2));
        Assert.That(_mk.Err, Is.EqualTo("mk: --trace-filter needs --trace FILE (- is stdout)\n"));
    }

    [Test]
    public void FileThatCannotBeWritten_IsNamed([Values("no/such/folder/t.txt", "", ".")] string file)
    {
        Assert.That(_mk.Run("boot", "--trace", file), Is.EqualTo(2));
        Assert.That(_mk.ErrLines.Where(line => !line.Contains("no boot.json", StringComparison.Ordinal)), Has.One.StartsWith($"mk: --trace"));
    }
}
