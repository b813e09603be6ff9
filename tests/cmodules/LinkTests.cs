using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>What insmod resolves and what it refuses.</summary>
public sealed class LinkTests : CModuleFixture
{
    [Test]
    public void EveryMissingSymbolIsNamed()
    {
        TestKernel kernel = BootC();
        CModule module = Init("\tone(); two(); one();", kernel.Machine.Profile, "void one(void); void two(void);");
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.ENOENT));
        Assert.That(kernel.Lines.Where(line => line.Contains("Unknown", StringComparison.Ordinal)), Is.EqualTo(new[] { "test: Unknown symbol one", "test: Unknown symbol two" }));
    }

    [TestCase("i386-32", 131073)]
    [TestCase("x86-64-2g", 40 << 20)]
    [TestCase("m68k-nommu", (1 << 20) + 1)]
    public void ConstantThatIsTooLargeForKmallocIsRefused(string profile, int bytes)
    {
        TestKernel kernel = BootC(profile);
        Assert.That(kernel.Insmod(Init($"\tkfree(kmalloc({bytes}, GFP_KERNEL));", kernel.Machine.Profile)), Is.EqualTo(Errno.ENOENT));
        Assert.That(kernel.LogText, Does.Contain("test: Unknown symbol __you_cannot_kmalloc_that_much: a kmalloc of a constant that is larger than the largest class"));
    }

    [TestCase("i386-32", "i386-64", "L1_CACHE_BYTES is 32 in the module, 64 here")]
    [TestCase("i386-32", "m68k-nommu", "L1_CACHE_BYTES is 32 in the module, 16 here")]
    [TestCase("i386-32", "lab-4m", "MAX_ORDER is 11 in the module, 9 here")]
    [TestCase("x86-64-2g", "ppc64-64k", "PAGE_SIZE is 4096 in the module, 65536 here")]
    [TestCase("m68k-nommu", "m68k-nommu-large", "LARGE_ALLOCS is n in the module, y here")]
    [TestCase("i386-32", "x86-64-2g", "it is 32-bit code; x86-64-2g is a 64-bit machine")]
    public void ModuleOfAnotherMachineIsRefused(string builtFor, string runsOn, string why)
    {
        byte[] code = Compile("test", "int init_module(void) { return 0; }", TestMachine.Profile(builtFor));
        ElfFormatException refusal = Assert.Throws<ElfFormatException>(() => CModule.Create("test", [ElfObject.Read("test", code)], TestMachine.Profile(runsOn)))!;
        Assert.That(refusal.Message, Does.Contain(why));
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void ModulesCallEachOther(string profile)
    {
        TestKernel kernel = BootC(profile);
        CModule library = Module("library", "int shared = 4; int twice(int x) { return 2 * x; } EXPORT_SYMBOL(twice); EXPORT_SYMBOL(shared);", kernel.Machine.Profile);
        CModule user = Init("\tprintk(KERN_INFO \"%d %d\\n\", twice(21), shared);", kernel.Machine.Profile, "extern int shared; int twice(int x);");
        Assert.That(kernel.Insmod(user), Is.EqualTo(Errno.ENOENT));
        Assert.That(kernel.Insmod(library), Is.EqualTo(Errno.Success));
        LoadAndUnload(kernel, user);
        kernel.Kernel.Modules.Rmmod("library");
        Assert.That(kernel.Lines, Does.Contain("42 4"));
        Assert.That(kernel.Insmod(user), Is.EqualTo(Errno.ENOENT), "what the unloaded module exported is gone");
    }

    [Test]
    public void SeveralObjectFilesAreOneModule()
    {
        TestKernel kernel = BootC();
        HardwareProfile profile = kernel.Machine.Profile;
        ElfObject[] objects =
        [
            ElfObject.Read("one.o", Compile("one", "int helper(int); int init_module(void) { printk(KERN_INFO \"%d\\n\", helper(1)); return 0; } void cleanup_module(void) { }", profile)),
            ElfObject.Read("two.o", Compile("two", "int helper(int x) { return x + 99; }", profile)),
        ];
        LoadAndUnload(kernel, CModule.Create("both", objects, profile));
        Assert.That(kernel.Lines, Does.Contain("100"));
    }

    [Test]
    public void TheModuleKnowsItsName()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("\tprintk(KERN_INFO \"I am %s\\n\", THIS_MODULE->name);", kernel.Machine.Profile));
        Assert.That(kernel.Lines, Does.Contain("I am test"));
    }

    [TestCase("i386-32")]
    [TestCase("i386-64")]
    [TestCase("i386-128")]
    [TestCase("x86-64-2g")]
    [TestCase("ppc64-64k")]
    [TestCase("m68k-nommu-large")]
    public void KmallocOfAConstantIsALoadFromMallocSizes(string name)
    {
        HardwareProfile profile = TestMachine.Profile(name);
        IReadOnlyList<ulong> classes = KmallocSizes.For(profile);
        foreach (ulong bytes in (ulong[])[1, 32, 33, 96, 97, 128, 192, 193, 4096, 131072, classes[^1]])
        {
            int index = classes.Index().First(entry => entry.Item >= bytes).Index, word = profile.WordBytes;
            Assert.That(MallocSizesOffset(profile, $"{bytes}", "GFP_KERNEL"), Is.EqualTo((3 * index * word) + word), $"{name}, {bytes} bytes");
            Assert.That(MallocSizesOffset(profile, $"{bytes}", "GFP_KERNEL | GFP_DMA"), Is.EqualTo((3 * index * word) + (2 * word)), $"{name}, {bytes} bytes for DMA");
        }
    }

    [Test]
    public void TheArticlesExampleIs40BytesIntoMallocSizes() =>
        Assert.That(MallocSizesOffset(TestMachine.Profile("i386-32"), "128", "GFP_KERNEL"), Is.EqualTo(40));

    // What the one relocation to malloc_sizes adds to its address.
    private long MallocSizesOffset(HardwareProfile profile, string size, string flags)
    {
        ElfObject file = ElfObject.Read("test", Compile("test", $"void *f(void) {{ return kmalloc({size}, {flags}); }}", profile));
        (ElfSection section, ElfRelocation entry) = file.Relocations
            .SelectMany(table => table.Entries.Select(entry => (table.Target, entry)))
            .Single(pair => file.Symbols[pair.entry.Symbol].Name == "malloc_sizes");
        const uint pc32 = 2;
        return entry.Addend is { } addend
            ? addend + (entry.Type == pc32 ? 4 : 0)                 // counted from the end of the instruction
            : BitConverter.ToInt32(section.Bytes.Span[(int)entry.Offset..]);
    }
}
