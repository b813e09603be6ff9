using System.Globalization;
using System.Text.RegularExpressions;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Reading object files: readelf says the same, and nothing malformed gets through.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class ElfObjectTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elf-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Sections_AreReadelfs([Values(32, 64)] int word, [Values("-O0", "-O2")] string level)
    {
        string path = CompiledObjects.Compile(_folder, "shapes.c", word, level, "-g");
        ElfObject file = ElfObject.Read("shapes.o", File.ReadAllBytes(path));
        string[] expected = [.. SectionLine().Matches(HostTool.Run("readelf", "-S", "-W", path)).Select(line =>
            $"{line.Groups["index"]} {line.Groups["name"]} {Hex(line.Groups["size"].Value)} align {Math.Max(1, int.Parse(line.Groups["align"].Value, CultureInfo.InvariantCulture))} {Letters(line.Groups["flags"].Value)}")];
        Assert.That(file.Sections.Skip(1).Select(section =>
            $"{section.Index} {section.Name} {section.Size} align {section.Alignment} {Letters(section.Flags)}"), Is.EqualTo(expected));
        Assert.That(expected, Has.Length.GreaterThan(10));
    }

    [Test]
    public void Symbols_AreReadelfs([Values(32, 64)] int word, [Values("-O0", "-O2", "-fcommon")] string flag)
    {
        string path = CompiledObjects.Compile(_folder, "shapes.c", word, flag);
        ElfObject file = ElfObject.Read("shapes.o", File.ReadAllBytes(path));
        string[] expected = [.. SymbolLine().Matches(HostTool.Run("readelf", "-s", "-W", path)).Select(line =>
            $"{line.Groups["number"]} {Hex(line.Groups["value"].Value)} {line.Groups["size"]} {line.Groups["type"]} {line.Groups["bind"]} {line.Groups["section"]} {line.Groups["name"]}")];
        Assert.That(file.Symbols.Select((symbol, number) =>
            $"{number} {symbol.Value} {symbol.Size} {TypeOf(symbol)} {symbol.Binding.ToString().ToUpperInvariant()} {SectionOf(symbol)} {symbol.Name}"),
            Is.EqualTo(expected.Select(Plain)));
        Assert.That(expected, Has.Some.Contains(" WEAK ").And.Some.Contains(" ABS "));
        if (flag == "-fcommon")
            Assert.That(expected, Has.Some.Contains(" COM common_array"));
    }

    [Test]
    public void Relocations_AreReadelfs([Values(32, 64)] int word, [Values("-O0", "-O2")] string level)
    {
        string path = CompiledObjects.Compile(_folder, "shapes.c", word, level);
        ElfObject file = ElfObject.Read("shapes.o", File.ReadAllBytes(path));
        string[] expected = [.. RelocationLine().Matches(HostTool.Run("readelf", "-r", "-W", path)).Select(line =>
            $"{Hex(line.Groups["offset"].Value)} {Hex(line.Groups["info"].Value)}")];
        int shift = word == 64 ? 32 : 8;
        Assert.That(file.Relocations.SelectMany(section => section.Entries).Select(entry => $"{entry.Offset} {((ulong)entry.Symbol << shift) | entry.Type}"), Is.EqualTo(expected));
        Assert.That(expected, Has.Length.GreaterThan(20));
    }

    [TestCase("", "it is not an ELF file")]
    [TestCase("not an object", "it is not an ELF file")]
    [TestCase("d\u0086                  ", "it is a COFF object; compile with gcc or clang for ELF")]
    public void WhatIsNoObjectFile_IsRefused(string text, string message) => Assert.That(
        () => ElfObject.Read("x.o", System.Text.Encoding.Latin1.GetBytes(text)), Throws.TypeOf<ElfFormatException>().With.Message.StartWith(message));

    [TestCase(4, 3, "its class is 3")]
    [TestCase(5, 2, "it is big-endian")]
    [TestCase(16, 2, "it is an executable, not a relocatable object (gcc -c)")]
    [TestCase(16, 3, "it is a shared object")]
    [TestCase(18, 40, "it is for machine 40 with 64-bit words")]
    [TestCase(18, 3, "it is for machine 3 with 64-bit words")]
    [TestCase(58, 40, "its section headers have 40 bytes, not 64")]
    [TestCase(62, 200, "section 200, which should hold the sections' names, does not exist")]
    public void AWrongHeader_IsNamed(int offset, byte value, string message)
    {
        byte[] bytes = File.ReadAllBytes(CompiledObjects.Compile(_folder, "shapes.c", 64));
        bytes[offset] = value;
        Assert.That(() => ElfObject.Read("x.o", bytes), Throws.TypeOf<ElfFormatException>().With.Message.StartWith(message));
    }

    [Test]
    public void ATruncatedFile_IsRefusedWherever([Values(32, 64)] int word)
    {
        byte[] bytes = File.ReadAllBytes(CompiledObjects.Compile(_folder, "shapes.c", word, "-O2"));
        for (int length = 0; length < bytes.Length; length += 7)
            Assert.That(() => ElfObject.Read("x.o", bytes.AsMemory(0, length)), Throws.TypeOf<ElfFormatException>(), $"{length} bytes");
    }

    // An image with some bytes changed is read, laid out and relocated, or refused with one line; never anything else.
    [Test]
    public void AFlippedFile_IsRefusedOrHarmless([Values(32, 64)] int word)
    {
        byte[] original = File.ReadAllBytes(CompiledObjects.Compile(_folder, "shapes.c", word, "-O2", "-fcommon"));
        ulong high = word == 64 ? 0xffff_ffff_0000_0000 : 0;
        var random = new Random(5);
        int refused = 0, taken = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. original];
            for (int flips = random.Next(1, 5); flips > 0; flips--)
                bytes[random.Next(3) == 0 ? random.Next(original.Length) : HeaderByte(random, original)] = (byte)random.Next(256);
            try
            {
                ElfObject file = ElfObject.Read("x.o", bytes.AsMemory(0, random.Next(8) == 0 ? random.Next(bytes.Length) : bytes.Length));
                var layout = new ModuleLayout([file], 4096, 64);
                layout.MoveTo(high + 0x8800_0000, high + 0x8900_0000, perCpu: 0);
                new Relocator(layout, (owner, symbol) => symbol.Section == ElfSymbol.Undefined ? high + 0x8000_0000 : layout.AddressOf(owner, symbol)).Apply(file);
                taken++;
            }
            catch (ElfFormatException refusal)
            {
                Assert.That(refusal.Message, Does.Not.Contain("\n"));
                refused++;
            }
        }
        Assert.That(refused, Is.GreaterThan(1000));
        Assert.That(taken, Is.GreaterThan(1000), "and some changes matter to nobody");
    }

    // A byte of the file's header or of its section headers, where it hurts.
    private static int HeaderByte(Random random, byte[] file) => random.Next(2) == 0 ? random.Next(64) : file.Length - 1 - random.Next(file.Length / 3);

    // readelf shows a section's symbol under the section's name; it has none.
    private static string Plain(string line) => Regex.Replace(line, @"(?<= SECTION .*)\S+$", "");

    private static string TypeOf(ElfSymbol symbol) => symbol.Type switch
    {
        ElfSymbolType.None => "NOTYPE",
        ElfSymbolType.Variable => "OBJECT",
        ElfSymbolType.Function => "FUNC",
        _ => symbol.Type.ToString().ToUpperInvariant(),
    };

    private static string SectionOf(ElfSymbol symbol) => symbol.Section switch
    {
        ElfSymbol.Undefined => "UND",
        ElfSymbol.Absolute => "ABS",
        ElfSymbol.Common => "COM",
        _ => symbol.Section.ToString(CultureInfo.InvariantCulture),
    };

    private static ulong Hex(string digits) => ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static string Letters(string flags) => string.Concat(flags.Where(flag => "WAX".Contains(flag, StringComparison.Ordinal)));

    private static string Letters(ElfSectionFlags flags) =>
        $"{((flags & ElfSectionFlags.Write) != 0 ? "W" : "")}{((flags & ElfSectionFlags.Alloc) != 0 ? "A" : "")}{((flags & ElfSectionFlags.Execute) != 0 ? "X" : "")}";

    [GeneratedRegex(@"(?m)^ *\[ *(?<index>[1-9][0-9]*)\] (?<name>\S+) +[A-Z_]+ +[0-9a-f]+ [0-9a-f]+ (?<size>[0-9a-f]+) [0-9a-f]{2} +(?<flags>[A-Z]*) +[0-9]+ +[0-9]+ +(?<align>[0-9]+)\r?$")]
    private static partial Regex SectionLine();

    [GeneratedRegex(@"(?m)^ *(?<number>[0-9]+): (?<value>[0-9a-f]+) +(?<size>[0-9]+) (?<type>\S+) +(?<bind>\S+) +\S+ +(?<section>\S+) ?(?<name>\S*?)\r?$")]
    private static partial Regex SymbolLine();

    [GeneratedRegex(@"(?m)^(?<offset>[0-9a-f]{8,16}) +(?<info>[0-9a-f]{8,16}) R_")]
    private static partial Regex RelocationLine();
}
