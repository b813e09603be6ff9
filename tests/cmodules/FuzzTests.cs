using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Hal.X86;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Damaged images through the whole loader: refused with everything back, or run as what they have become, which harms nobody.</summary>
/// <remarks>
/// Refused images share a kernel, whose memory is counted after each. What ran may have written anywhere in simulated memory, so it has a kernel
/// of its own, which is counted too: what is not back must stand in the list of leaks. No exception may leave the kernel but a panic, which is reported as one.
/// </remarks>
public sealed class FuzzTests : CModuleFixture
{
    private const string Toy = """
        static int value = 3; module_param(value, int, 0);
        static int many[4]; static int count; module_param_array(many, int, &count, 0);
        static char *word = "word"; module_param(word, charp, 0);
        static int (*table[])(const char *, ...) = { printk, printk };
        static int __init t_init(void) { void *p = kmalloc(100, GFP_KERNEL); table[value & 1]("%s %p\n", word, p); kfree(p); return 0; }
        static void __exit t_exit(void) { printk("bye\n"); }
        module_init(t_init); module_exit(t_exit); MODULE_LICENSE("MIT"); EXPORT_SYMBOL(table);
        """;

    private static readonly KernelOptions _options = new() { InstructionBudget = 300_000 };

    [TestCaseSource(nameof(Cases), new object[] { 120 })]
    public void DamagedImagesAreRefusedOrHarmless(Case tested) => Load(tested);

    [TestCaseSource(nameof(Cases), new object[] { 6250 })]
    [Explicit("a hundred thousand images: some minutes")]
    public void ManyMoreDamagedImages(Case tested) => Load(tested);

    /// <summary>What is damaged, where it is loaded, and how often.</summary>
    public sealed record Case(string Sample, bool HasLines, string Profile, WatchMode Watch, int Seed, int Images)
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Images} x {Sample}{(HasLines ? " -g" : "")}, {Profile}, {Watch}, seed {Seed}";
    }

    private static IEnumerable<Case> Cases(int images)
    {
        (string Sample, bool HasLines)[] samples = [("toy", false), ("toy", true), ("hello", true), ("cache", false), ("cscull", true), ("notes", false), ("conveyor", true), ("serial", false)];
        int seed = 0;
        foreach ((string sample, bool hasLines) in samples)
        {
            foreach (string profile in (string[])["lab-4m", "x86-64-2g"])
                yield return new Case(sample, hasLines, profile, ++seed % 4 < 2 ? WatchMode.Tracked : WatchMode.Shadow, seed, images);
        }
    }

    private void Load(Case tested)
    {
        HardwareProfile profile = TestMachine.Profile(tested.Profile);
        ElfDamage damage = new(Original(tested, profile), new Random(tested.Seed));
        Dictionary<Outcome, int> counts = Enum.GetValues<Outcome>().ToDictionary(outcome => outcome, _ => 0);
        TestKernel kernel = Fresh(tested);
        try
        {
            MemoryCensus before = kernel.TakeCensus();
            for (int i = 0; i < tested.Images; i++)
            {
                byte[] image = damage.Next();
                Outcome outcome = Load(kernel, image, profile);
                counts[outcome]++;
                if (outcome == Outcome.Panicked)
                    TestContext.Out.WriteLine($"image {i}: {string.Join('\n', kernel.Lines.TakeLast(30))}");
                AssertNothingIsLost(kernel, before, outcome, $"image {i} of {tested}: {outcome}");
                if (outcome == Outcome.Refused)
                    continue;
                kernel.Dispose();
                kernel = Fresh(tested);
            }
        }
        finally
        {
            kernel.Dispose();
        }
        TestContext.Out.WriteLine(string.Join(", ", counts.Select(count => $"{count.Key}: {count.Value}")));
        Assert.That(counts[Outcome.Refused], Is.GreaterThan(tested.Images / 10));
        Assert.That(counts[Outcome.Ran] + counts[Outcome.Oopsed], Is.GreaterThan(tested.Images / 10));
    }

    private enum Outcome
    {
        Refused,
        Ran,
        Oopsed,
        Panicked,
    }

    private byte[] Original(Case tested, HardwareProfile profile)
    {
        if (tested.Sample == "toy")
            return Compile("toy", Toy, profile, hasLines: tested.HasLines);
        string source = Path.Combine(AppContext.BaseDirectory, "samples", $"{tested.Sample}.c");
        return File.ReadAllBytes(CompileTo(source, profile, null, tested.HasLines ? ["-g"] : []));
    }

    private static TestKernel Fresh(Case tested) => new(tested.Profile, tested.Watch, options: _options, cores: new X86Cores());

    private static Outcome Load(TestKernel kernel, byte[] image, HardwareProfile profile)
    {
        try
        {
            CModule module = CModule.Create("test", [ElfObject.Read("test", image)], profile);
            Errno error = kernel.Insmod(module, module.Parameters.Any(parameter => parameter.Name == "word") ? ["value=5", "many=1,2,3", "word=a text"] : []);
            if (error == Errno.Success)
            {
                Use(kernel);
                kernel.Kernel.Modules.Rmmod("test");
            }
            return kernel.Kernel.Oopses != 0 ? Outcome.Oopsed : error is Errno.ENOEXEC or Errno.ENOENT ? Outcome.Refused : Outcome.Ran;
        }
        catch (ElfFormatException)
        {
            return Outcome.Refused;
        }
        catch (KernelPanicException)
        {
            return Outcome.Panicked;
        }
    }

    // What the samples make: each call of it is one into damaged code.
    private static void Use(TestKernel kernel)
    {
        foreach (string path in (string[])["/dev/cscull0", "/proc/cscull", "/proc/notes", "/sys/kernel/debug/notes/count"])
        {
            if (kernel.Context.FilpOpen(path, OpenFlags.ReadWrite, out OpenFile? file) != Errno.Success)
                continue;
            kernel.Context.VfsWrite(file!, "add some words"u8);
            kernel.Context.VfsLlseek(file!, 0, SeekOrigin.Begin);
            kernel.Context.VfsRead(file!, new byte[100]);
            kernel.Context.VfsIoctl(file!, 0x6b00, 0);
            kernel.Context.FilpClose(file!);
        }
        kernel.Kernel.Time.Idle(30 * VirtualClock.NsPerJiffy);
    }

    private static void AssertNothingIsLost(TestKernel kernel, MemoryCensus before, Outcome outcome, string which)
    {
        if (outcome == Outcome.Panicked)
            return;
        if (outcome != Outcome.Refused)
            kernel.Kernel.Shutdown();
        if (outcome == Outcome.Oopsed || kernel.Kernel.Modules.Loaded.Count != 0)
            return;                                         // its memory stays, as in Linux; also of one that has no exit any more
        MemoryCensus after = kernel.TakeCensus();
        if (kernel.Kernel.Errors == 0)
        {
            Assert.That(after.Objects, Is.EquivalentTo(before.Objects), () => $"{which}\n{kernel.LogText}");
            Assert.That((after.FreeFrames, after.SlabFrames), Is.EqualTo((before.FreeFrames, before.SlabFrames)), () => $"{which}\n{kernel.LogText}");
            return;
        }
        Assert.That(outcome, Is.EqualTo(Outcome.Ran), () => $"{which}\n{kernel.LogText}");
        AssertLeaksAreListed(before, after, kernel.Kernel.Leaks, () => $"{which}\n{kernel.LogText}");
    }

    // What is missing stands in the list. Of caches and areas the kernel keeps something itself, and each object that is left may keep a slab whose
    // management lies in another cache.
    private static void AssertLeaksAreListed(MemoryCensus before, MemoryCensus after, IReadOnlyList<Leak> leaks, Func<string> message)
    {
        if (leaks.Any(leak => !before.Objects.ContainsKey(leak.What)))
            return;
        long managed = 0;
        foreach ((string cache, ulong count) in after.Objects)
        {
            long listed = leaks.Where(leak => leak.What == cache).Sum(leak => leak.Count), left = (long)(count - before.Objects[cache]);
            Assert.That(left, Is.GreaterThanOrEqualTo(listed), () => $"{cache}: {message()}");
            managed += left - listed;
        }
        Assert.That(managed, Is.LessThanOrEqualTo(leaks.Sum(leak => leak.Count)), message);
    }
}
