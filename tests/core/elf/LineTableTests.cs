using System.Globalization;
using System.Text.RegularExpressions;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Lines of the source by address: addr2line says the same of every byte of code, and damage is one line.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LineTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("line-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void EveryByteOfCode_HasAddr2linesLine(
        [Values(32, 64)] int word, [Values("-O0", "-O2", "-Os")] string level, [Values("-gdwarf-2", "-gdwarf-3", "-gdwarf-4", "-gdwarf-5", "-gdwarf-4 -gdwarf64")] string format)
    {
        string path = CompiledObjects.Compile(_folder, "shapes.c", word, [level, .. format.Split(' ')]);
        ElfObject file = ElfObject.Read("shapes.o", File.ReadAllBytes(path));
        LineTable lines = Read(file)!;
        int known = 0;
        foreach (ElfSection section in file.Sections.Where(section => (section.Flags & ElfSectionFlags.Execute) != 0 && section.Size != 0))
        {
            string[] expected = Addr2line(path, section);
            string[] ours = [.. Enumerable.Range(0, (int)section.Size).Select(offset => lines.Find(BaseOf(section) + (ulong)offset) is { } line ? $"{Path.GetFileName(line.File)}:{line.Line}" : "?")];
            Assert.That(ours, Is.EqualTo(expected), section.Name);
            known += expected.Count(line => line != "?");
        }
        Assert.That(known, Is.GreaterThan(100));
        Assert.That(lines.Find(BaseOf(file.Sections[^1]) + 0x10000), Is.Null);
    }

    [Test]
    public void NameIsWhatTheCompilerWasGiven([Values("-gdwarf-4", "-gdwarf-5")] string format)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        File.WriteAllText(Path.Combine(_folder, "sub", "toy.c"), "#include \"toy.h\"\nint f(int *p)\n{\n\treturn g(p);\n}\n");
        File.WriteAllText(Path.Combine(_folder, "sub", "toy.h"), "static inline int g(int *p)\n{\n\treturn *(volatile int *)p;\n}\n");
        HostTool.Run("sh", "-c", $"cd '{_folder}' && gcc -c -O2 -fno-pic -fno-asynchronous-unwind-tables {format} -o toy.o sub/toy.c");
        ElfObject file = ElfObject.Read("toy.o", File.ReadAllBytes(Path.Combine(_folder, "toy.o")));
        LineTable lines = Read(file)!;
        ulong start = BaseOf(file.Find(".text")!);
        SourceLine?[] all = [.. Enumerable.Range(0, (int)file.Find(".text")!.Size).Select(offset => lines.Find(start + (ulong)offset))];
        Assert.That(all, Does.Contain(new SourceLine("sub/toy.h", 3)).And.Contain(new SourceLine("sub/toy.c", 5)).Or.Contain(new SourceLine("sub/toy.c", 4)));
        int inlined = Array.IndexOf(all, new SourceLine("sub/toy.h", 3));
        Assert.That(lines.FindOutsideHeaders(start + (ulong)inlined), Is.EqualTo(new SourceLine("sub/toy.c", 4)), "the line that calls what was inlined");
    }

    [Test]
    public void WithoutDebugInformation_ThereIsNoTable() => Assert.That(Read(CompiledObjects.Read(_folder, "shapes.c", 64, "-O2")), Is.Null);

    [Test]
    public void CompressedSections_AreNamed()
    {
        ElfObject file = CompiledObjects.Read(_folder, "shapes.c", 64, "-O2", "-g", "-gz=zlib");
        Assert.That(() => Read(file), Throws.TypeOf<ElfFormatException>().With.Message.Matches(@"^section \.debug_\w+ is compressed; compile with -gz=none$"));
    }

    // Any bytes in place of the program: rows, or one line; quickly.
    [Test]
    public void DamagedInformation_IsReadOrRefused([Values(32, 64)] int word, [Values("-gdwarf-4", "-gdwarf-5")] string format)
    {
        byte[] original = File.ReadAllBytes(CompiledObjects.Compile(_folder, "shapes.c", word, "-O2", format));
        int[] places = [.. new[] { ".debug_line", ".debug_line_str", ".rel.debug_line", ".rela.debug_line", ".debug_info", ".debug_abbrev", ".debug_ranges", ".debug_rnglists" }
            .Select(ElfObject.Read("x.o", original).Find).OfType<ElfSection>().SelectMany(section => Places(original, section))];
        var random = new Random(11);
        (int refused, int read) = (0, 0);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. original];
            for (int flips = random.Next(1, 6); flips > 0; flips--)
                bytes[places[random.Next(2) == 0 ? random.Next(Math.Min(64, places.Length)) : random.Next(places.Length)]] = random.Next(3) switch { 0 => 0, 1 => 0xff, _ => (byte)random.Next(256) };
            try
            {
                Read(ElfObject.Read("x.o", bytes))!.FindOutsideHeaders((ulong)random.Next(1 << 24));
                read++;
            }
            catch (ElfFormatException refusal)
            {
                Assert.That(refusal.Message, Does.Not.Contain("\n"));
                refused++;
            }
        }
        Assert.That(refused, Is.GreaterThan(1000));
        Assert.That(read, Is.GreaterThan(1000));
    }

    private static LineTable? Read(ElfObject file) => DebugLines.Read([file], (owner, symbol) =>
        symbol.Section < owner.Sections.Count && owner.Sections[symbol.Section].IsAllocated ? BaseOf(owner.Sections[symbol.Section]) + symbol.Value : symbol.Value);

    // Every section at a place of its own, as a loader would have it.
    private static ulong BaseOf(ElfSection section) => (ulong)section.Index << 20;

    private static IEnumerable<int> Places(byte[] file, ElfSection section) => Enumerable.Range(file.AsSpan().IndexOf(section.Bytes.Span), section.Bytes.Length);

    private static string[] Addr2line(string path, ElfSection section)
    {
        string[] offsets = [.. Enumerable.Range(0, (int)section.Size).Select(offset => offset.ToString("x", CultureInfo.InvariantCulture))];
        return [.. HostTool.Run("addr2line", ["-e", path, "-j", section.Name, .. offsets]).TrimEnd('\n').Split('\n').Select(Plain)];
    }

    // "/tmp/x/shapes.c:12 (discriminator 1)"; "??:?" and "shapes.c:?" are unknown.
    private static string Plain(string line)
    {
        Match place = Regex.Match(line, @"([^/:]+):(\d+)( \(discriminator \d+\))?$");
        return place.Success && place.Groups[2].Value != "0" ? $"{place.Groups[1].Value}:{place.Groups[2].Value}" : "?";
    }
}
