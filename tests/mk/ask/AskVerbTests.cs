using System.Text.Json;

namespace MiniKernel.Cli.Tests.Ask;

/// <summary>explain, whatis and findleaks, as verbs and in the shell.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AskVerbTests : IDisposable
{
    private const string Config = """{ "drivers": ["scull"] }""";
    private readonly MkRun _mk = new();

    [SetUp]
    public void Configure() => _mk.File("boot.json", Config);

    public void Dispose() => _mk.Dispose();

    [Test]
    public void Explain_Kmalloc_TellsStepByStep()
    {
        Assert.That(_mk.Run("explain", "kmalloc", "100", "GFP_KERNEL"), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines[0], Is.EqualTo("kmalloc(100, GFP_KERNEL) on CPU 0"));
        Assert.That(_mk.Out, Does.Match(@"(?m)^  1\. size-128 is the smallest class that holds 100 bytes \(the next smaller class has 96\): 28 of 128 bytes are not used$"));
        Assert.That(_mk.Out, Does.Match(@"(?m)^address    0xc[0-9a-f]+ is virtual: the direct map; 0x[0-9a-f]+ in RAM$"));
    }

    [Test]
    public void Explain_Json_HasStepsWithFields()
    {
        Assert.That(_mk.Run("explain", "alloc_pages", "3", "GFP_KERNEL", "--json", "--cpu", "0"), Is.Zero, _mk.Err);
        using JsonDocument document = JsonDocument.Parse(_mk.Out);
        JsonElement mark = document.RootElement.GetProperty("steps").EnumerateArray().First(step => step.GetProperty("event").GetString() == "zone_watermark");
        Assert.That(mark.GetProperty("fields").GetProperty("order").GetString(), Is.EqualTo("3"));
        Assert.That(mark.GetProperty("fields").GetProperty("ok").GetString(), Is.EqualTo("1"));
        Assert.That(document.RootElement.GetProperty("result").GetProperty("zone").GetString(), Is.EqualTo("Normal"));
    }

    [Test]
    public void Explain_Address_KnowsWhatTheDriversDid()
    {
        _mk.Run("whatis", "0xc1081980");
        Assert.That(_mk.Out, Does.Contain("slab       of cache size-32 "));
        Assert.That(_mk.Run("run", _mk.WriteScript("p = kmalloc 3000\nexplain $p\nwhatis $p+2999\nkfree $p\nwhatis $p\n")), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("size-4096 is the smallest class that holds 3000 bytes").And.Contain("kmalloc(3000, GFP_KERNEL) returns 0xc"));
        Assert.That(_mk.Out, Does.Contain("3000 bytes asked for: byte 2999 of them").And.Contain("taken      by shell in "));
        Assert.That(_mk.Out, Does.Match(@"(?m)^freed      by shell in \S+ at \S+:4 \(kfree\)$"));
    }

    [Test]
    public void Findleaks_ListsBySite_AndWhatHasGrown()
    {
        Assert.That(_mk.Run("findleaks"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Match(@"(?m)^ +1 +0 +\S+ +\S+  scull +cache `scull_quantum' +drivers/csharp/Scull/Scull\.cs:\d+ \(Init\)$"));
        Assert.That(_mk.Run("findleaks", "--since", "load"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Is.EqualTo("Nothing has grown since the mark.\n"));
        Assert.That(_mk.Run("run", _mk.WriteScript("a = kmalloc 100\nfindleaks --mark now\nb = kmalloc 100 x3\nfindleaks --since now\nkfree $a $b\n")), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Match(@"(?m)^    \+3       3        300 +\S+ +\S+  shell +size-128 +\S+:3 \(kmalloc\)$"));
        Assert.That(_mk.Run("findleaks", "--json"), Is.Zero, _mk.Err);
        using JsonDocument document = JsonDocument.Parse(_mk.Out);
        Assert.That(document.RootElement[0].GetProperty("module").GetString(), Is.EqualTo("scull"));
    }

    [Test]
    public void Findleaks_OfABareKernel_SaysThatNobodyWatches()
    {
        Assert.That(_mk.Run("findleaks", "--set", "kernel.watch=bare"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Is.EqualTo("Nobody watches (kernel.watch is \"bare\"): nothing is known.\n"));
    }

    [Test]
    public void Trace_InTheShell_IsLiveAndFiltered()
    {
        Assert.That(_mk.Run("run", _mk.WriteScript("trace on - 'kmem:kmalloc && module == shell'\na = kmalloc 100\ntrace off\nb = kmalloc 200\nkfree $a $b\n")), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines.Where(line => line.Contains(": kmalloc: ", StringComparison.Ordinal)), Has.Exactly(1).Contains("bytes_req=100 bytes_alloc=128"));
        Assert.That(_mk.Run("run", _mk.WriteScript("trace on t.txt\na = kmalloc 100\nkfree $a\n")), Is.Zero, _mk.Err);
        Assert.That(File.ReadAllText(Path.Combine(_mk.Folder, "t.txt")), Does.Contain(": kfree: "));
    }

    [TestCase("mk explain: kmalloc, kmem_cache_alloc, alloc_pages or ADDRESS is missing; usage: ", "explain")]
    [TestCase("mk explain: kmalloc, kmem_cache_alloc, alloc_pages or ADDRESS \"kmaloc\": expected an address", "explain", "kmaloc", "3")]
    [TestCase("mk explain: SIZE \"many\": expected bytes", "explain", "kmalloc", "many")]
    [TestCase("mk explain: SIZE is missing; usage: ", "explain", "kmalloc")]
    [TestCase("mk explain: \"GFP_KERNAL\" is not a GFP flag; did you mean \"GFP_KERNEL\"?", "explain", "kmalloc", "3", "GFP_KERNAL")]
    [TestCase("mk explain: ORDER \"11\": expected a whole number from 0 to 10", "explain", "alloc_pages", "11")]
    [TestCase("mk explain: N \"7\": expected a whole number from 0 to 0", "explain", "--cpu", "7", "kmalloc", "3")]
    [TestCase("mk explain: \"more\" is one word too many", "explain", "kmalloc", "3", "GFP_KERNEL", "more")]
    [TestCase("mk whatis: ADDRESS is missing", "whatis")]
    [TestCase("mk whatis: ADDRESS \"here\": expected an address", "whatis", "here")]
    [TestCase("mk whatis: ADDRESS \"0x100000000\": expected an address", "whatis", "0x100000000")]
    [TestCase("mk findleaks: \"now\" is one word too many", "findleaks", "now")]
    public void BadQuestion_IsRefusedBeforeTheBoot(string expected, params string[] args)
    {
        Assert.That(_mk.Run(args), Is.EqualTo(2));
        Assert.That(_mk.Err, Does.StartWith(expected));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(1));
        Assert.That(_mk.Out, Is.Empty);
    }

    [Test]
    public void UnknownCache_AndUnknownMark_AreNamed()
    {
        Assert.That(_mk.Run("explain", "kmem_cache_alloc", "scull_quantam"), Is.EqualTo(1));
        Assert.That(_mk.Err, Does.StartWith("explain: no cache is called \"scull_quantam\"; did you mean \"scull_quantum\"?"));
        Assert.That(_mk.Run("findleaks", "--since", "yesterday"), Is.EqualTo(1));
        Assert.That(_mk.Err, Does.StartWith("findleaks: there is no mark \"yesterday\"; marks are load"));
    }

    [TestCase("trace", "trace: on or off is missing")]
    [TestCase("trace maybe", "trace: \"maybe\": expected on or off")]
    [TestCase("trace on - 'kmaloc'", "trace: FILTER: position 1: no event is called kmaloc")]
    public void BadTrace_IsRefused(string line, string expected)
    {
        Assert.That(_mk.Run("run", _mk.WriteScript(line + "\n")), Is.EqualTo(2));
        Assert.That(_mk.Err, Does.Contain(expected));
    }
}
