namespace MiniKernel.Cli.Tests;

/// <summary>What the program says of a kernel with SLOB.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SlobVerbTests : IDisposable
{
    private const string Slob = "kernel.allocator=slob";
    private readonly MkRun _mk = new();

    public void Dispose() => _mk.Dispose();

    [Test]
    public void Boot_CountsSlobsPagesInsteadOfSlabs()
    {
        Assert.That(_mk.Run("boot", "--config", MkRun.ProjectFile("boot.json"), "--set", Slob), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.Out, Does.Match(@"(?m)^ SLOB: [1-9]\d* pages?, \d+ with free blocks; [1-9]\d* blocks? in use$"));
        Assert.That(_mk.Out, Does.Match(@"(?m)^ Active / Total Size \(% used\) +: [0-9.]+K / [0-9.]+K \([0-9.]+%\)$"));
        Assert.That(_mk.Out, Does.Contain("Kernel command line: slob ").And.Not.Contain("OBJ/SLAB"));
        Assert.That(_mk.OutLines[^1], Is.EqualTo("Leaks: none."));
    }

    [Test]
    public void Boot_InATerminal_DrawsThem()
    {
        string config = MkRun.ProjectFile("boot.json");
        Assert.That(_mk.RunInTerminal(coloured: false, "boot", "--config", config, "--set", Slob), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("SLOB: ").And.Contain("with room").And.Not.Contain("…"));
    }

    [TestCase("slabinfo")]
    [TestCase("/proc/slabinfo")]
    public void ProcSlabinfo_IsOneClearLine(string file)
    {
        Assert.That(_mk.Run("proc", file, "--set", Slob, "--config", MkRun.ProjectFile("boot.json")), Is.EqualTo(2));
        Assert.That(_mk.ErrLines, Is.EqualTo(new[]
        {
            "mk: there is no /proc/slabinfo with kernel.allocator \"slob\": SLOB has no slabs; mk boot counts its pages",
        }));
        Assert.That(_mk.Out, Is.Empty);
    }

    [Test]
    public void ProcMeminfo_CountsNoSlabs()
    {
        Assert.That(_mk.Run("proc", "meminfo", "--set", Slob, "--config", MkRun.ProjectFile("boot.json")), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines, Has.One.EqualTo("Slab:                0 kB"));
    }

    [Test]
    public void Geometry_SaysThatItIsSlabs()
    {
        _mk.File("boot.json", "{ \"kernel\": { \"allocator\": \"slob\" } }");
        Assert.That(_mk.Run("geometry"), Is.Zero, _mk.Err);
        Assert.That(_mk.ErrLines, Has.One.Contains("this is SLAB's geometry"));
        Assert.That(_mk.Out, Does.Contain("size-128"));
    }

    [Test]
    public void Profiles_AreThoseOfTheMachine_WhateverTheAllocator()
    {
        _mk.Run("profiles", "i386-32", "--json");
        string slab = _mk.Out;
        _mk.File("boot.json", "{ \"kernel\": { \"allocator\": \"slob\" } }");
        Assert.That(_mk.Run("profiles", "i386-32", "--json"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Is.EqualTo(slab));
    }

    [Test]
    public void Replay_ShowsWhereSlobPutsThings()
    {
        _mk.File("boot.json", "{ \"kernel\": { \"allocator\": \"slob\" } }");
        _mk.File("a.trace", "kmalloc a 100 GFP_KERNEL\nkmalloc b 100 GFP_KERNEL\nkfree a\nkmalloc c 50 GFP_KERNEL\nkfree b\nkfree c\n");
        Assert.That(_mk.Run("replay", "a.trace"), Is.Zero, _mk.Err);
        ulong[] places = [.. _mk.OutLines.Select(line => Convert.ToUInt64(line.Split(',')[1], 16))];
        Assert.That(places[1] - places[0], Is.EqualTo(104), "100 bytes and a header of 4");
        Assert.That(places[2], Is.EqualTo(places[0]), "first fit");
    }
}
