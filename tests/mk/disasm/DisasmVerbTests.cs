using System.Globalization;
using System.Text.RegularExpressions;
using MiniKernel.Tests.Support;

namespace MiniKernel.Cli.Tests.Disasm;

/// <summary>mk disasm of C: objdump says the same, and the kmalloc of a constant is one load.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class DisasmVerbTests : IDisposable
{
    private const string Kmalloc = """
        #include <linux/module.h>
        #include <linux/slab.h>
        int kept = 5;
        void *take(void) { return kmalloc(128, GFP_KERNEL); }
        void *take_dma(void) { return kmalloc(128, GFP_KERNEL | GFP_DMA); }
        """;

    private readonly MkRun _mk = new();

    private static IEnumerable<string> Samples => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "samples"), "*.c", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Path.Combine(AppContext.BaseDirectory, "samples"), path)).Order(StringComparer.Ordinal);

    public void Dispose() => _mk.Dispose();

    [Test]
    public void EveryInstruction_IsObjdumps([ValueSource(nameof(Samples))] string sample, [Values("i386-32", "x86-64-2g")] string profile, [Values("-O0", "-O2", "-Os")] string level)
    {
        HostTool.Require("gcc");
        Assert.That(_mk.Run("cc", Path.Combine(AppContext.BaseDirectory, "samples", sample), "-o", "x.ko", "--profile", profile, level), Is.Zero, _mk.Err);
        var judge = new Objdump(Path.Combine(_mk.Folder, "x.ko"));
        Assert.That(_mk.Run("disasm", "x.ko", "--bytes"), Is.Zero, _mk.Err);
        Assert.That(judge.Lines, Is.Not.Empty);
        List<(long Address, string Bytes, string Text)> ours = Ours();
        Assert.That(ours.Select(line => $"{line.Address:x} {line.Bytes}"), Is.EqualTo(judge.Lines.Select(line => $"{line.Address:x} {line.Bytes}")));
        foreach ((Objdump.Line theirs, (long _, string _, string text)) in judge.Lines.Zip(ours))
            AssertSame(judge, theirs, text);
    }

    [TestCase("i386-32", "movl malloc_sizes+40,%eax")]
    [TestCase("i386-64", "movl malloc_sizes+28,%eax")]
    [TestCase("i386-128", "movl malloc_sizes+28,%eax")]
    [TestCase("alpha-8k", "movq malloc_sizes+56(%rip),%rdi")]
    [TestCase("x86-64-2g", "movq malloc_sizes+56(%rip),%rdi")]
    public void ConstantKmalloc_IsOneLoadOfMallocSizes(string profile, string load)
    {
        HostTool.Require("gcc");
        _mk.File("k.c", Kmalloc);
        Assert.That(_mk.Run("disasm", "k.c", "take", "--profile", profile, "--no-addresses"), Is.Zero, _mk.Err);
        string[] plain = _mk.OutLines;
        Assert.That(plain, Has.Exactly(1).EqualTo($"  {load}"));
        Assert.That(plain.Select(Objdump.Plain), Has.Exactly(1).EqualTo("call kmem_cache_alloc_trace"));
        Assert.That(_mk.Run("disasm", "k.c", "take_dma", "--profile", profile, "--no-addresses"), Is.Zero, _mk.Err);
        int offset = int.Parse(Regex.Match(load, @"\d+(?=[,(])").Value, CultureInfo.InvariantCulture), word = load.Contains("rip", StringComparison.Ordinal) ? 8 : 4;
        Assert.That(_mk.OutLines, Has.Exactly(1).EqualTo($"  {load.Replace($"+{offset}", $"+{offset + word}", StringComparison.Ordinal)}"));
    }

    [Test]
    public void ASample_IsTakenByItsName()
    {
        Assert.That(_mk.Run("disasm", "c/folding", "take", "--profile", "i386-32", "--no-addresses"), Is.Zero, _mk.Err);   // of the object that is kept
        Assert.That(_mk.OutLines, Has.Exactly(1).EqualTo("  movl malloc_sizes+40,%eax"));
        HostTool.Require("gcc");
        Assert.That(_mk.Run("disasm", "c/folding", "take", "--profile", "i386-64", "--no-addresses"), Is.Zero, _mk.Err);   // compiled now
        Assert.That(_mk.OutLines, Has.Exactly(1).EqualTo("  movl malloc_sizes+28,%eax"));
        Assert.That(_mk.Run("disasm", "c/folding", "take", "--compare"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.StartWith("-O0\n"));
    }

    [Test]
    public void Intel_PutsTheDestinationFirst()
    {
        HostTool.Require("gcc");
        _mk.File("k.c", Kmalloc);
        Assert.That(_mk.Run("disasm", "k.c", "take", "--intel"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("mov eax,[malloc_sizes+40]").And.Contain("mov edx,0xd0"));
    }

    [Test]
    public void Compare_ShowsThatOnlyTheOptimizerFolds()
    {
        HostTool.Require("gcc");
        _mk.File("k.c", Kmalloc);
        Assert.That(_mk.Run("disasm", "k.c", "take", "--compare"), Is.Zero, _mk.Err);
        string[] halves = _mk.Out.Split("\n-O2\n");
        Assert.That(halves[0], Does.StartWith("-O0\n").And.Contain("call").And.Contain("__kmalloc").And.Not.Contain("malloc_sizes"));
        Assert.That(halves[1], Does.Contain("malloc_sizes+40").And.Not.Contain("__kmalloc"));
    }

    [TestCase("tke", "mk: k.ko: there is no function \"tke\"; did you mean \"take\"? allowed: take, take_dma")]
    [TestCase("kept", "mk: k.ko: kept is data in section .data.kept, not code")]
    [TestCase("kmem_cache_alloc_trace", "mk: k.ko: kmem_cache_alloc_trace is not its own: the kernel or another module defines it")]
    public void WhatIsNoFunction_IsSaidWhatItIs(string name, string message)
    {
        HostTool.Require("gcc");
        _mk.File("k.c", Kmalloc);
        Assert.That(_mk.Run("cc", "k.c"), Is.Zero, _mk.Err);
        Assert.That(_mk.Run("disasm", "k.ko", name), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Is.EqualTo(new[] { message }));
        Assert.That(_mk.Out, Is.Empty);
    }

    [TestCase("nobody.ko", "mk: disasm: there is no file \"nobody.ko\"")]
    [TestCase("text.ko", "mk: text.ko: it is not an ELF file")]
    [TestCase("cut.ko", "mk: cut.ko: the header reaches beyond the end of the file: 52 bytes at 0, the file has 20")]
    [TestCase("text.ko --compare", "mk: disasm: text.ko is compiled already; give its source, a .c, to --compare or -O")]
    [TestCase("text.ko -O7", "mk: -O7 is no level of optimization; allowed: -O0, -O1, -O2, -O3, -Os")]
    public void WhatCannotBeRead_IsOneLine(string words, string message)
    {
        _mk.File("text.ko", "hello").File("cut.ko", [0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 1, .. new byte[14]]);
        Assert.That(_mk.Run(["disasm", .. words.Split(' ')]), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines[0], Is.EqualTo(message));
    }

    // Whatever a damaged file has become: a listing, or one line.
    [Test]
    public void DamagedFiles_AreListedOrRefused([Values("i386-32", "x86-64-2g")] string profile)
    {
        HostTool.Require("gcc");
        _mk.File("k.c", Kmalloc);
        Assert.That(_mk.Run("cc", "k.c", "--profile", profile), Is.Zero, _mk.Err);
        byte[] original = File.ReadAllBytes(Path.Combine(_mk.Folder, "k.ko"));
        Random random = new(7);
        int listed = 0;
        for (int i = 0; i < 400; i++)
        {
            byte[] damaged = [.. original];
            for (int count = random.Next(1, 6); count > 0; count--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            _mk.File("damaged.ko", random.Next(10) == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
            int code = _mk.Run("disasm", "damaged.ko");
            Assert.That(code, Is.EqualTo(ExitCode.Ok).Or.EqualTo(ExitCode.Usage), $"{i}: {_mk.Err}");
            Assert.That(_mk.ErrLines, Has.Length.EqualTo(code == ExitCode.Ok ? 0 : 1));
            listed += code == ExitCode.Ok ? 1 : 0;
        }
        Assert.That(listed, Is.InRange(50, 390));
    }

    private static void AssertSame(Objdump judge, Objdump.Line theirs, string text)
    {
        string where = $"{theirs.Section}+{theirs.Address:x}: {theirs.Text} | {text}";
        if (theirs.Fields.Count == 0)
        {
            Assert.That(WithTarget(judge, theirs, text), Is.EqualTo(theirs.Text), where);
            return;
        }
        Assert.That(text.Split(' ')[0], Is.EqualTo(theirs.Text.Split(' ')[0]), where);
        Assert.That(Register().Matches(text).Select(register => register.Value), Is.EqualTo(Register().Matches(theirs.Text).Select(register => register.Value)), where);
        (string, long)[] fields = [.. Name().Matches(text[text.IndexOf(' ', StringComparison.Ordinal)..]).Select(name =>
            judge.Place(name.Groups["name"].Value, name.Groups["offset"].Value is { Length: not 0 } offset ? long.Parse(offset, CultureInfo.InvariantCulture) : 0))];
        Assert.That(fields, Is.EquivalentTo(theirs.Fields), where);
    }

    // "call helper" is objdump's "call 40 <helper>".
    private static string WithTarget(Objdump judge, Objdump.Line theirs, string text) =>
        Label().Match(text) is { Success: true } label && judge.Place(label.Groups["name"].Value, 0) is var (section, offset) && section == theirs.Section
            ? $"{label.Groups["mnemonic"].Value} {offset:x}"
            : text;

    private List<(long Address, string Bytes, string Text)> Ours()
    {
        var lines = new List<(long Address, string Bytes, string Text)>();
        foreach (string line in _mk.OutLines)
        {
            if (Line().Match(line) is { Success: true } code)
                lines.Add((long.Parse(code.Groups["address"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture), code.Groups["bytes"].Value.Trim(), Objdump.Plain(code.Groups["text"].Value)));
            else if (MoreBytes().Match(line) is { Success: true } more)
                lines[^1] = lines[^1] with { Bytes = $"{lines[^1].Bytes} {more.Groups["bytes"].Value.Trim()}" };
        }
        return lines;
    }

    [GeneratedRegex(@"^ *(?<address>[0-9a-f]+): (?<bytes>(?:[0-9a-f]{2} ){1,8}) *(?<text>.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^ {8}(?<bytes>(?:[0-9a-f]{2} ?)+)$")]
    private static partial Regex MoreBytes();

    [GeneratedRegex(@"%[a-z0-9]+")]
    private static partial Regex Register();

    [GeneratedRegex(@"(?<![%\w])(?<name>[A-Za-z_.][\w.]*)(?<offset>[+-]\d+)?")]
    private static partial Regex Name();

    [GeneratedRegex(@"^(?<mnemonic>call|j[a-z]+) (?<name>[A-Za-z_]\w*)$")]
    private static partial Regex Label();
}
