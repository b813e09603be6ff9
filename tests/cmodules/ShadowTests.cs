using System.Globalization;
using System.Text.RegularExpressions;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Shadow mode finds what machine code does wrong: each bug once, at its instruction, which addr2line leads back to the line in C.</summary>
public sealed partial class ShadowTests() : CModuleFixture(WatchMode.Shadow)
{
    private const string SlabOob = "slab-out-of-bounds", SlabUaf = "slab-use-after-free", Uaf = "use-after-free", GlobalOob = "global-out-of-bounds";
    private const string VmallocOob = "vmalloc-out-of-bounds", DoubleFree = "double-free", InvalidFree = "invalid-free";

    // Case, kind, the second line's beginning (of an access as wide as a long where it says so), where in which region.
    private static readonly (string Case, string Kind, string What, string Place)[] _caught =
    [
        ("kmalloc_oob_right", SlabOob, "Write of size 1 ", "0 bytes to the right of 123-byte region"),
        ("kmalloc_oob_right_of_a_variable_size", SlabOob, "Write of size 1 ", "0 bytes to the right of 123-byte region"),
        ("kmalloc_byte_101_of_100", SlabOob, "Write of size 1 ", "0 bytes to the right of 100-byte region"),
        ("kmalloc_dma_oob_right", SlabOob, "Write of size 1 ", "0 bytes to the right of 60-byte region"),
        ("kmalloc_oob_right_of_a_whole_class", SlabOob, "Write of size 1 ", "0 bytes to the right of 128-byte region"),
        ("kmalloc_oob_left", SlabOob, "Read of size 1 ", "1 bytes to the left of 15-byte region"),
        ("kmalloc_oob_across_the_end", SlabOob, "Write of size 4 ", "0 bytes to the right of 100-byte region"),
        ("kmalloc_oob_in_a_loop", SlabOob, "Write of size 1 ", "0 bytes to the right of 20-byte region"),
        ("kmalloc_oob_of_a_locked_increment", SlabOob, "Write of size 4 ", "0 bytes to the right of 24-byte region"),
        ("kmalloc_oob_of_a_bit", SlabOob, "Write of size 4 ", "0 bytes to the right of 24-byte region"),
        ("kmalloc_oob_of_a_string_instruction", SlabOob, "Write of size 1 ", "0 bytes to the right of 50-byte region"),
        ("kmalloc_oob_in_memset", SlabOob, "Write of size 128 ", "0 bytes to the right of 120-byte region"),
        ("kmalloc_oob_memset_2", SlabOob, "Write of size 2 ", "0 bytes to the right of 126-byte region"),
        ("memcpy_from_too_little", SlabOob, "Read of size 41 ", "0 bytes to the right of 40-byte region"),
        ("memcpy_to_too_little", SlabOob, "Write of size 41 ", "0 bytes to the right of 40-byte region"),
        ("kmalloc_memmove_invalid_size", SlabOob, "Read of size 64 ", "0 bytes to the right of 64-byte region"),
        ("strlen_without_an_end", SlabOob, "Read of size 1 ", "0 bytes to the right of 16-byte region"),
        ("strcpy_to_too_little", SlabOob, "Write of size 1 ", "0 bytes to the right of 8-byte region"),
        ("strchr_without_an_end", SlabOob, "Read of size 1 ", "0 bytes to the right of 24-byte region"),
        ("memcmp_oob", SlabOob, "Read of size 1 ", "0 bytes to the right of 24-byte region"),
        ("printk_without_an_end", SlabOob, "Read of size 1 ", "0 bytes to the right of 16-byte region"),
        ("snprintf_to_too_little", SlabOob, "Write of size 5 ", "0 bytes to the right of 4-byte region"),
        ("kmalloc_uaf", SlabUaf, "Write of size 1 ", "8 bytes inside of freed 10-byte region"),
        ("kmalloc_uaf_memset", SlabUaf, "Write of size 33 ", "0 bytes inside of freed 33-byte region"),
        ("kmalloc_uaf_while_another_is_taken", SlabUaf, "Write of size 1 ", "40 bytes inside of freed 43-byte region"),
        ("kfree_twice", DoubleFree, "Free of addr ", "0 bytes inside of freed 16-byte region"),
        ("kfree_in_the_middle", InvalidFree, "Free of addr ", "1 bytes inside of 32-byte region"),
        ("krealloc_more_oob", SlabOob, "Write of size 1 ", "0 bytes to the right of 235-byte region"),
        ("krealloc_less_oob", SlabOob, "Write of size 1 ", "0 bytes to the right of 201-byte region"),
        ("krealloc_uaf", DoubleFree, "Free of addr ", "0 bytes inside of freed 201-byte region"),
        ("ksize_unpoisons_memory", SlabOob, "Write of size 1 ", "5 bytes to the right of 123-byte region"),
        ("ksize_uaf", SlabUaf, "Read of size 1 ", "0 bytes inside of freed 123-byte region"),
        ("kmem_cache_oob", SlabOob, "Read of size 1 ", "0 bytes to the right of 200-byte region"),
        ("kmem_cache_uaf", SlabUaf, "Read of size 1 ", "7 bytes inside of freed 200-byte region"),
        ("kmem_cache_double_free", DoubleFree, "Free of addr ", "0 bytes inside of freed 200-byte region"),
        ("kmem_cache_invalid_free", InvalidFree, "Free of addr ", "1 bytes inside of 200-byte region"),
        ("page_alloc_uaf", Uaf, "Read of size 1 ", "7 bytes inside of freed 65536-byte region"),
        ("vmalloc_oob", VmallocOob, "Read of size 1 ", "0 bytes to the right of 2000-byte region"),
        ("vmalloc_oob_across_pages", VmallocOob, "Write of size 4 ", "0 bytes to the right of 4097-byte region"),
        ("global_oob_right", GlobalOob, "Write of size 1 ", "0 bytes to the right of 10-byte region"),
        ("global_oob_left", GlobalOob, "Write of size 4 ", "4 bytes to the left of 40-byte region"),
        ("global_oob_right_of_data", GlobalOob, "Write of size 4 ", "0 bytes to the right of 40-byte region"),
        ("global_oob_of_a_constant", GlobalOob, "Read of size 2 ", "0 bytes to the right of 20-byte region"),
        ("global_oob_in_memset", GlobalOob, "Write of size 11 ", "0 bytes to the right of 10-byte region"),
    ];

    private static readonly (string Case, string Kind, string What, string Place)[] _oopsing =
    [
        ("vmalloc_guard_page", VmallocOob, "Read of size 1 ", "0 bytes to the right of 4096-byte region"),
        ("vmalloc_uaf", Uaf, "Read of size 1 ", "5 bytes inside of freed 100-byte region"),
        ("null_pointer", "null-ptr-deref", "Read of size 4 ", ""),
        ("wild_pointer", "wild-memory-access", "Write of size 4 ", ""),
    ];

    private static readonly string[] _profiles = ["i386-32", "x86-64-2g"];

    [TestCaseSource(nameof(_profiles))]
    public void EveryBugIsCaughtOnce_WhereItIs(string profile)
    {
        Cases cases = new(this, TestMachine.Profile(profile));
        foreach ((string name, string kind, string what, string place) in _caught)
        {
            using TestKernel kernel = Run(cases, profile, name, Errno.Success);
            Report report = Single(kernel);
            Assert.That(kernel.Kernel.Errors, Is.EqualTo(1), kernel.LogText);
            AssertIs(cases, report, name, kind, what, place);
            kernel.Kernel.Modules.Rmmod("cases");
            kernel.TakeCensus().AssertSameAs(kernel.BootCensus());
        }
    }

    [TestCaseSource(nameof(_profiles))]
    public void WhatIsMappedNowhere_IsReported_AndTheOopsFollows(string profile)
    {
        Cases cases = new(this, TestMachine.Profile(profile));
        foreach ((string name, string kind, string what, string place) in _oopsing)
        {
            using TestKernel kernel = Run(cases, profile, name, Errno.EIO);
            Assert.That((kernel.Kernel.Oopses, kernel.LogText), Is.EqualTo((1, kernel.LogText)));
            AssertIs(cases, Single(kernel), name, kind, what, place);
        }
    }

    [TestCaseSource(nameof(_profiles))]
    public void AConstructorsSiteIsItsOwn(string profile)
    {
        Cases cases = new(this, TestMachine.Profile(profile));
        using TestKernel kernel = Run(cases, profile, "constructor_oob", Errno.Success);
        Report[] reports = Reports(kernel);
        Assert.That(reports, Is.Not.Empty.And.All.Matches<Report>(report => report.Kind == SlabOob && report.What.StartsWith("Write of size 1 ", StringComparison.Ordinal)), kernel.LogText);
        Assert.That(reports.Select(report => cases.LineOf(report.Site, isCall: false)), Has.All.Contains("BUG"));
        Assert.That(reports[0].Site, Does.Contain(" (greedy_constructor+0x"));
    }

    [Test]
    public void TheReportSaysWhatKasanSays()
    {
        Cases cases = new(this, TestMachine.Profile());
        using TestKernel kernel = Run(cases, "i386-32", "kmalloc_byte_101_of_100", Errno.Success);
        string[] lines = Single(kernel).Text.Split('\n');
        Assert.That(lines[1], Does.Match(@"^BUG: KASAN: slab-out-of-bounds in \S*cases\.c:\d+ \(kmalloc_byte_101_of_100\+0x[0-9a-f]+/0x[0-9a-f]+ \[cases\]\)$"));
        Assert.That(lines[2], Does.Match(@"^Write of size 1 at addr c[0-9a-f]{7} by task insmod/\d+ on CPU 0, module cases$"));
        Assert.That(lines[4], Does.Match(@"^Allocated by task insmod/\d+, module cases:$"));
        Assert.That(lines[5], Does.Match(@"^ \S*cases\.c:\d+ \(kmalloc_byte_101_of_100\+0x[0-9a-f]+/0x[0-9a-f]+ \[cases\]\)$"));
        Assert.That(lines, Has.Some.Contains(" which belongs to the cache size-128 of size 128"));
        Assert.That(lines, Has.Some.Match(@"^>c[0-9a-f]{7}: .* \| 01 01 01 01 fc fc"));
    }

    [TestCase("global_oob_right", "bss_ten in .data of module cases")]
    [TestCase("global_oob_left", "data_ten in .data of module cases")]
    [TestCase("global_oob_of_a_constant", "constant_ten in .rodata of module cases")]
    public void TheVariableIsNamed(string name, string variable)
    {
        Cases cases = new(this, TestMachine.Profile("x86-64-2g"));
        using TestKernel kernel = Run(cases, "x86-64-2g", name, Errno.Success);
        Assert.That(Single(kernel).Text, Does.Match($@"\nThe buggy address belongs to the variable {Regex.Escape(variable)} at ffffffff8[89][0-9a-f]{{6}}\n").And.Contain(" f9").And.Not.Contain("Allocated by"));
    }

    // What runs over the variables' end meets a page that is the module's too, but nobody's.
    [Test]
    public void BehindTheLastVariable_AllIsClosedUpToThePagesEnd()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("""
            	volatile char *p = alone;

            	while ((unsigned long)p & ~PAGE_MASK)
            		p++;
            	(void)p[-1];
            """, kernel.Machine.Profile, "static char alone[3] = \"ab\";"));
        Assert.That(Single(kernel).Kind, Is.EqualTo(GlobalOob));
    }

    [Test]
    public void AStackHasItsEndWithoutAnMmuToo()
    {
        TestKernel kernel = BootC("m68k-nommu");
        Assert.That(kernel.Insmod(Sample("broken/stack_overflow", kernel.Machine.Profile)), Is.EqualTo(Errno.EIO));
        Assert.That(kernel.LogText, Does.Contain("BUG: stack overflow: ").And.Not.Contain("KASAN"));
        ExpectLeftovers();
    }

    [TestCaseSource(nameof(_profiles))]
    public void KernelVariablesAreThere_AndNothingBesideThem(string profile)
    {
        TestKernel kernel = BootC(profile);
        const string module = "#include <linux/jiffies.h>";
        LoadAndUnload(kernel, Init("\tprintk(KERN_INFO \"%d %d\\n\", jiffies != 0, (int)malloc_sizes[1].cs_size);", kernel.Machine.Profile, module));
        Assert.That(kernel.Kernel.Errors, Is.Zero, kernel.LogText);
        LoadAndUnload(kernel, Init("\t(void)((volatile long *)malloc_sizes)[variable * 3];", kernel.Machine.Profile, "static volatile long variable = KMALLOC_CLASSES + 1;"));
        Assert.That(Single(kernel).Kind, Is.EqualTo("wild-memory-access"), kernel.LogText);
    }

    private TestKernel Run(Cases cases, string profile, string name, Errno expected)
    {
        TestKernel kernel = new(profile, WatchMode.Shadow, cores: new Hal.X86.X86Cores());
        Errno error = kernel.Insmod(CModule.Create("cases", [ElfObject.Read("cases", cases.Image)], kernel.Machine.Profile), $"which={name}");
        Assert.That(error, Is.EqualTo(expected), kernel.LogText);
        return kernel;
    }

    private static void AssertIs(Cases cases, Report report, string name, string kind, string what, string place) => Assert.Multiple(() =>
    {
        Assert.That(report.Kind, Is.EqualTo(kind), report.Text);
        Assert.That(report.What, Does.StartWith(what).And.EndWith("by task insmod/1 on CPU 0, module cases"), report.Text);
        Assert.That(report.Place, Is.EqualTo(place), report.Text);
        Assert.That(report.Site, Does.Contain($" ({name}+0x"), report.Text);
        bool isCall = cases.IsCall(name);
        Assert.That(cases.LineOf(report.Site, isCall), Does.Contain("BUG"), report.Text);
        if (report.Allocated is { } allocated)
            Assert.That(cases.LineOf(allocated, isCall: true), Does.Match(@"(alloc|pages)\("), report.Text);
        if (report.Freed is { } freed)
            Assert.That(cases.LineOf(freed, isCall: true), Does.Contain("free"), report.Text);
    });

    private static Report Single(TestKernel kernel)
    {
        Report[] reports = Reports(kernel);
        Assert.That(reports, Has.Length.EqualTo(1), kernel.LogText);
        return reports[0];
    }

    private static Report[] Reports(TestKernel kernel) => [.. ReportText().Matches(kernel.LogText).Select(match => Report.Parse(match.Value))];

    [GeneratedRegex(@"^={20,}\nBUG: KASAN: .*?\n={20,}$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ReportText();

    [GeneratedRegex(@"^BUG: KASAN: (\S+) in (.*)$", RegexOptions.Multiline)]
    private static partial Regex Headline();

    [GeneratedRegex(@"^(Allocated|Freed) by task .*:\n (.*)$", RegexOptions.Multiline)]
    private static partial Regex History();

    [GeneratedRegex(@"^The buggy address is located (.* of)\n (.*) \[", RegexOptions.Multiline)]
    private static partial Regex Located();

    private sealed record Report(string Kind, string Site, string What, string? Allocated, string? Freed, string Place, string Text)
    {
        public static Report Parse(string text)
        {
            Match head = Headline().Match(text), located = Located().Match(text);
            Dictionary<string, string> history = History().Matches(text).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
            return new Report(
                head.Groups[1].Value, head.Groups[2].Value, text.Split('\n')[2], history.GetValueOrDefault("Allocated"), history.GetValueOrDefault("Freed"),
                located.Success ? $"{located.Groups[1].Value} {located.Groups[2].Value}" : "", text);
        }
    }

    // The cases, compiled with line numbers, and binutils' word on what stands where.
    private sealed class Cases
    {
        private readonly string _path;
        private readonly string[] _source;
        private readonly Dictionary<string, ulong> _functions = [];
        private readonly Dictionary<string, string> _calls;

        public Cases(ShadowTests tests, HardwareProfile profile)
        {
            HostTool.Require("addr2line");
            string source = Path.Combine(AppContext.BaseDirectory, "shadow", "cases.c");
            _source = File.ReadAllLines(source);
            _path = tests.CompileTo(source, profile, null, "-g");
            Image = File.ReadAllBytes(_path);
            foreach (string[] words in HostTool.Run("nm", _path).Split('\n').Select(line => line.Split(' ')).Where(words => words is [_, "t" or "T", _]))
                _functions[words[2]] = ulong.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            _calls = [];
            string current = "";
            foreach (string line in _source)
            {
                current = line.StartsWith("CASE(", StringComparison.Ordinal) ? line[5..^1] : current;
                if (line.Contains("BUG", StringComparison.Ordinal))
                    _calls.TryAdd(current, line);
            }
        }

        public byte[] Image { get; }

        // A bug in a function of the kernel is told where it was called, by the address behind the call.
        public bool IsCall(string name) => CallOfTheKernel().IsMatch(_calls[name]);

        // The line binutils tell; the report must have told it too.
        public string LineOf(string told, bool isCall)
        {
            string site = told[(told.IndexOf('(', StringComparison.Ordinal) + 1)..];      // "shadow/cases.c:23 (kmalloc_oob_right+0x17/0x23 [cases])"
            string function = site[..site.IndexOf("+0x", StringComparison.Ordinal)];
            ulong offset = ulong.Parse(site[(site.IndexOf("+0x", StringComparison.Ordinal) + 3)..site.IndexOf('/', StringComparison.Ordinal)], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            ulong address = _functions[function] + offset - (isCall ? 1ul : 0);
            string answer = HostTool.Run("addr2line", "-i", "-e", _path, "-j", ".text", address.ToString("x", CultureInfo.InvariantCulture));
            string outermost = answer.TrimEnd('\n').Split('\n')[^1], line = outermost.Split(':')[^1].Split(' ')[0];      // of what is inlined
            Assert.That(told, Does.Match($@"cases\.c:{line} \("));
            return _source[int.Parse(line, CultureInfo.InvariantCulture) - 1];
        }
    }

    [GeneratedRegex(@"\b(mem\w+|str\w+|printk|snprintf|kfree|krealloc|kmem_cache_free)\(")]
    private static partial Regex CallOfTheKernel();
}
