using System.Text.RegularExpressions;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>C modules compiled with -g: reports name file and line; nothing else changes.</summary>
public sealed class LineTests : CModuleFixture
{
    private const string Leaky = """
        #line 100 "toy/leaky.c"
        static noinline void *take(int size)
        {
        	void *taken = kmalloc(size, GFP_KERNEL);
        	barrier();
        	return taken;
        }
        static int __init leaky_init(void)
        {
        	void *constant, *variable;

        	constant =
        		kmalloc(200, GFP_KERNEL);
        	variable = take(300);
        	printk(KERN_INFO "%p %p\n", constant, variable);
        	return 0;
        }
        static void __exit leaky_exit(void)
        {
        }
        module_init(leaky_init);
        module_exit(leaky_exit);
        """;

    [Test]
    public void Leaks_AreListedByFileAndLine([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, WithLines("leaky", Leaky, kernel.Machine.Profile));
        CallSite[] sites = [.. kernel.Kernel.Leaks.Select(leak => leak.Site)];
        Assert.That(sites.Select(site => (site.File, site.Line)), Is.EquivalentTo(new[] { ("toy/leaky.c", 111), ("toy/leaky.c", 102) }));
        Assert.That(sites.Select(site => site.Member), Has.All.Match(@"^(leaky_init|take[.\w]*)\+0x[0-9a-f]+/0x[0-9a-f]+ \[leaky\]$"));
        Assert.That(kernel.LogText, Does.Match(@"leaky: leaked 1 x size-512, 300 bytes, from toy/leaky\.c:102 \(take[.\w]*\+0x[0-9a-f]+/0x[0-9a-f]+ \[leaky\]\)"));
        ExpectLeftovers();
    }

    [Test]
    public void Oops_NamesTheLineAndThoseThatCalled([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        CModule module = WithLines("oopsing", """
            static const int eight = 8;
            #line 10 "oopsing.c"
            static noinline void deep(int *p)
            {
            	*p = 1;
            	printk("unreached\n");
            }
            static noinline int middle(int *p)
            {
            	deep(p);
            	return *p;
            }
            int init_module(void)
            {
            	return middle((int *)(unsigned long)*(volatile int *)&eight) + 1;
            }
            """, kernel.Machine.Profile);
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.EIO));
        Assert.That(kernel.LogText, Does.Match(@"[ER]IP is at deep\S* \[oopsing\] \(oopsing\.c:12\)\n")
            .And.Match(@" \[<[0-9a-f]+>\] middle\S* \[oopsing\] \(oopsing\.c:17\)\n").And.Match(@" \[<[0-9a-f]+>\] init_module\S* \[oopsing\] \(oopsing\.c:22\)"));
        ExpectLeftovers();
    }

    [Test]
    public void DebugInformation_ChangesNeitherAddressesNorMemory([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel plain = BootC(profile), lines = BootC(profile);
        Assert.That(plain.Insmod(Module("leaky", Leaky, plain.Machine.Profile)), Is.EqualTo(Errno.Success));
        Assert.That(lines.Insmod(WithLines("leaky", Leaky, lines.Machine.Profile)), Is.EqualTo(Errno.Success));
        Assert.That(lines.Lines[^1], Is.EqualTo(plain.Lines[^1]), "where kmalloc took from");
        Assert.That(lines.Kernel.Proc.Read("modules"), Is.EqualTo(plain.Kernel.Proc.Read("modules")));
        ExpectLeftovers();
    }

    [Test]
    public void DamagedInformation_IsLeftOutWithOneWarning()
    {
        TestKernel kernel = BootC();
        byte[] file = Compile("leaky", Leaky, kernel.Machine.Profile, hasLines: true);
        ElfSection lines = ElfObject.Read("leaky", file).Find(".debug_line")!;
        file[file.AsSpan().IndexOf(lines.Bytes.Span) + 4] = 77;                   // the version
        LoadAndUnload(kernel, CModule.Create("leaky", [ElfObject.Read("leaky", file)], kernel.Machine.Profile));
        Assert.That(kernel.Lines.Where(line => line.Contains("debug", StringComparison.Ordinal)), Is.EqualTo(new[] { "leaky: its debug information is left out: .debug_line is of version 77; 2 to 5 can be read" }));
        Assert.That(kernel.LogText, Does.Match(@"leaked 1 x size-512, 300 bytes, from take[.\w]*\+0x"));
        ExpectLeftovers();
    }

    // Of what addr2line -i lists, inlined code first, the first line that is not a header's.
    [TestCase("cache")]
    [TestCase("folding")]
    [TestCase("hello")]
    [TestCase("list")]
    [TestCase("pages")]
    [TestCase("broken/leak")]
    [TestCase("broken/double_free")]
    public void CallSites_AreAddr2lines(string sample)
    {
        foreach (string name in (string[])["i386-32", "x86-64-2g"])
        {
            HardwareProfile profile = TestMachine.Profile(name);
            string path = CompileTo(Path.Combine(AppContext.BaseDirectory, "samples", $"{sample}.c"), profile, null, "-g");
            ElfObject file = ElfObject.Read(sample, File.ReadAllBytes(path));
            LineTable lines = DebugLines.Read([file], (owner, symbol) => symbol.Value + BaseOf(owner, symbol.Section))!;
            foreach (ElfSection section in file.Sections.Where(section => (section.Flags & ElfSectionFlags.Execute) != 0))
            {
                foreach (ulong call in CallsIn(file, section))
                {
                    string[] chain = HostTool.Run("addr2line", "-i", "-e", path, "-j", section.Name, $"{call:x}").TrimEnd('\n').Split('\n');
                    string expected = Regex.Replace(Path.GetFileName(chain.First(line => !line.Contains(".h:", StringComparison.Ordinal))), @" \(discriminator \d+\)$", "");
                    SourceLine ours = lines.FindOutsideHeaders(BaseOf(file, section.Index) + call)!.Value;
                    Assert.That($"{Path.GetFileName(ours.File)}:{ours.Line}", Is.EqualTo(expected), $"{name} {section.Name}+{call:x}");
                }
            }
        }
    }

    // Offsets of the last bytes of calls into the kernel.
    private static IEnumerable<ulong> CallsIn(ElfObject file, ElfSection section) =>
        from fixup in ElfFixups.Of(file, section.Index)
        where fixup.Kind == ElfFixupKind.Relative && fixup.Offset != 0 && section.Bytes.Span[(int)fixup.Offset - 1] == 0xe8
        select fixup.Offset + 3;

    private static ulong BaseOf(ElfObject file, int section) => section < file.Sections.Count && file.Sections[section].IsAllocated ? (ulong)section << 20 : 0;

    private CModule WithLines(string name, string code, HardwareProfile profile) =>
        CModule.Create(name, [ElfObject.Read(name, Compile(name, code, profile, hasLines: true))], profile);
}
