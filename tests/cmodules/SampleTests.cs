using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>The samples of drivers/c on machines of every kind. That all memory came back the fixture checks.</summary>
[TestFixture(WatchMode.Tracked), TestFixture(WatchMode.Shadow)]
public sealed class SampleTests(WatchMode watch) : CModuleFixture(watch)
{
    [TestCaseSource(nameof(Profiles))]
    public void HelloSaysHelloAndGoodbye(string profile)
    {
        TestKernel kernel = BootC(profile);
        CModule hello = Sample("hello", kernel.Machine.Profile);
        Assert.That(kernel.Insmod(hello, "whom=C", "times=2", "numbers=1,20,300"), Is.EqualTo(Errno.Success), () => kernel.LogText);
        kernel.Kernel.Modules.Rmmod("hello");
        string[] said = [.. kernel.Lines.Where(line => line.Contains("C!", StringComparison.Ordinal) || line.Contains("make", StringComparison.Ordinal))];
        Assert.That(said, Is.EqualTo(new[] { "Hello, C!", "Hello, C!", "3 numbers make 321", "Goodbye, C!" }));
        Assert.That(kernel.Kernel.Errors, Is.Zero, kernel.LogText);
    }

    [TestCaseSource(nameof(Profiles))]
    public void CacheConstructsEachObjectOnceAndKmallocFindsItsClass(string profile)
    {
        TestKernel kernel = BootC(profile);
        CModule module = Sample("cache", kernel.Machine.Profile);
        LoadAndUnload(kernel, module);
        int request = kernel.Machine.Profile.WordBytes + 4 + 100;
        int size = (request + kernel.Machine.Profile.WordBytes - 1) / kernel.Machine.Profile.WordBytes * kernel.Machine.Profile.WordBytes;
        ulong granted = Mm.KmallocSizes.For(kernel.Machine.Profile).First(bytes => bytes >= (ulong)size);
        Assert.That(kernel.LogText, Does.Contain("40 objects of ").And.Contain(" taken from c_requests, ").And.Contain($"kmalloc({size}) gives {granted} bytes"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, kernel.LogText);
    }

    [TestCaseSource(nameof(Profiles))]
    public void FoldingFindsItsClassEachWay(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Sample("folding", kernel.Machine.Profile));
        ulong granted = Mm.KmallocSizes.For(kernel.Machine.Profile).First(bytes => bytes >= 128);
        Assert.That(kernel.Lines, Does.Contain($"folding: {granted} and {granted} bytes"));
    }

    [TestCaseSource(nameof(Profiles))]
    public void ListSortsAndEmpties(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Sample("list", kernel.Machine.Profile));
        string[] said = [.. kernel.Lines.Where(line => line.StartsWith("19", StringComparison.Ordinal))];
        Assert.That(said, Is.EqualTo(new[] { "1986: Bach", "1994: Bonwick", "1996: Vahalia" }));
        Assert.That(kernel.Kernel.Errors, Is.Zero, kernel.LogText);
    }

    [TestCaseSource(nameof(Profiles))]
    public void PagesLieWhereTheZoneSays(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Sample("pages", kernel.Machine.Profile));
        HardwareProfile machine = kernel.Machine.Profile;
        string line = kernel.Lines.Single(text => text.StartsWith("a page for DMA: frame ", StringComparison.Ordinal));
        ulong frame = ulong.Parse(line.Split(' ')[5], System.Globalization.CultureInfo.InvariantCulture);
        if (machine.DmaLimit != 0)
            Assert.That(frame << machine.PageShift, Is.LessThan(machine.DmaLimit));
        Assert.That(kernel.LogText, Does.Contain("begin with 0x5a"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, kernel.LogText);
    }

    // Batches of 128 until fewer are left, at each reclaim.
    [TestCaseSource(nameof(Profiles))]
    public void SpareBuffersGoWhenMemoryRunsOut(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Sample("spare", kernel.Machine.Profile));
        Assert.That(kernel.LogText, Does.Contain("spare: asked for 128, freed 128, 72 left"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, kernel.LogText);
    }

    [TestCaseSource(nameof(Profiles))]
    public void TreeIsInOrder(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Sample("tree", kernel.Machine.Profile));
        string[] said = [.. kernel.Lines.Where(line => line.Contains(" squared is ", StringComparison.Ordinal))];
        Assert.That(said, Is.EqualTo(new[] { "5 squared is 25", "10 squared is 100", "15 squared is 225", "20 squared is 400", "25 squared is 625", "30 squared is 900" }));
    }

    [TestCaseSource(nameof(Profiles))]
    public void DmaBufferLiesInTheZone(string profile)
    {
        TestKernel kernel = BootC(profile);
        CModule dma = Sample("dma", kernel.Machine.Profile);
        ulong limit = kernel.Machine.Profile.DmaLimit is not 0 and var zone ? zone : kernel.Machine.Profile.Ram;
        Assert.That(kernel.Insmod(dma, $"limit={limit}"), Is.EqualTo(Errno.Success), () => kernel.LogText);
        kernel.Kernel.Modules.Rmmod("dma");
        Assert.That(kernel.LogText, Does.Match("GFP_DMA: physical 0x[0-9a-f]+, the card reaches it"));
    }

    [Test]
    public void CardDoesNotReachWhatIsNoDmaMemory()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Sample("dma", kernel.Machine.Profile));
        Assert.That(kernel.LogText, Does.Match("GFP_KERNEL: physical 0x[0-9a-f]+, the card does not reach it"));
    }

    [TestCaseSource(nameof(Profiles))]
    public void PoolLastsWithoutMemory(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Sample("pool", kernel.Machine.Profile));
        Assert.That(kernel.Lines, Does.Contain("4 requests although there was no memory"));
    }

    [TestCase("hello")]
    [TestCase("cache")]
    [TestCase("list")]
    [TestCase("pages")]
    [TestCase("tree")]
    [TestCase("dma")]
    [TestCase("pool")]
    public void SamplesRunOnSlobAndSeveralCpus(string sample)
    {
        KernelOptions slob = new() { Mm = new() { Allocator = Mm.AllocatorKind.Slob } };
        using TestKernel small = new("i386-32", options: slob, cores: new Hal.X86.X86Cores());
        LoadAndUnload(small, Sample(sample, small.Machine.Profile, slob));
        Assert.That(small.Kernel.Errors, Is.Zero, () => small.LogText);
        TestKernel four = Boot("x86-64-2g", change: machine => machine with { Cpus = 4 }, cores: new Hal.X86.X86Cores());
        LoadAndUnload(four, Sample(sample, four.Machine.Profile));
        Assert.That(four.Kernel.Errors, Is.Zero, () => four.LogText);
    }

    [Test]
    public void BootWithoutCoresRefusesC()
    {
        TestKernel kernel = Boot(watch: Watch);
        CModule hello = Sample("hello", kernel.Machine.Profile);
        Assert.That(kernel.Insmod(hello), Is.EqualTo(Errno.ENOEXEC));
        Assert.That(kernel.LogText, Does.Contain("hello: this machine has no core that runs C modules"));
    }

    [Test]
    public void ModuleThatRefusesInInitLeavesNothing()
    {
        TestKernel kernel = BootC();
        Assert.That(kernel.Insmod(Sample("hello", kernel.Machine.Profile), "times=-1"), Is.EqualTo(Errno.EINVAL));
        Assert.That(kernel.Kernel.Modules.Find("hello"), Is.Null);
    }

    [Test]
    public void ModuleCanBeLoadedAgain()
    {
        TestKernel kernel = BootC();
        CModule hello = Sample("hello", kernel.Machine.Profile);
        for (int i = 0; i < 5; i++)
            LoadAndUnload(kernel, hello);
        Assert.That(kernel.Lines.Count(line => line == "Hello, world!"), Is.EqualTo(5));
    }
}
