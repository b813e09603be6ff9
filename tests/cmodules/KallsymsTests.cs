using System.Globalization;
using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>/proc/kallsyms of C modules, beside what nm says of the same objects.</summary>
public sealed class KallsymsTests : CModuleFixture
{
    private const string Code = """
        int shared = 4;
        EXPORT_SYMBOL(shared);
        static int hidden_zero __section(".bss.zeros");
        int open_zero __section(".bss.zeros");
        const int table[] = { 1, 2, 3 };
        static const char words[] = "words";
        __attribute__((weak)) int soft(void) { return 1; }
        __attribute__((weak)) int soft_value = 2;
        extern int nobody(void) __attribute__((weak));
        int twice(int x) { hidden_zero = open_zero; return 2 * x; }
        EXPORT_SYMBOL(twice);
        static int __init t_init(void)
        {
        	printk(KERN_INFO "%s %d %d %p\n", words, soft(), nobody ? nobody() : soft_value, THIS_MODULE);
        	return table[hidden_zero] - 1;
        }
        static void __exit t_exit(void) { kfree(kmalloc(soft_value, GFP_KERNEL)); }
        module_init(t_init);
        module_exit(t_exit);
        """;

    [TestCaseSource(nameof(Profiles))]
    public void ReadingItFirst_IsNoMistakeInShadowMode(string profile)
    {
        TestKernel kernel = BootC(profile, WatchMode.Shadow);
        Assert.That(kernel.Kernel.Proc.Read("kallsyms"), Does.Contain(" D jiffies\n").And.Contain(" T __kmalloc\n"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [Test]
    public void AMachinesState_HasItOnceThereIsOne()
    {
        TestKernel a = BootC(), b = BootC();
        ulong hash = MachineState.Of(a.Kernel).Hash;
        Assert.That(MachineState.Of(a.Kernel).Hash, Is.EqualTo(hash), "looking does not make what C modules run in");
        a.Kernel.Proc.Read("kallsyms");
        Assert.That(Differences(), Has.Exactly(1).StartsWith("/proc/kallsyms: "));
        b.Kernel.Proc.Read("kallsyms");
        Assert.That(Differences(), Is.Empty);

        IReadOnlyList<string> Differences() => MachineState.Of(a.Kernel).DifferencesFrom(MachineState.Of(b.Kernel), a.Kernel);
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    [TestCase("m68k-nommu")]
    public void ModulesLines_AreNms(string profile)
    {
        TestKernel kernel = BootC(profile);
        byte[] file = Compile("names", Code, kernel.Machine.Profile);
        Assert.That(kernel.Insmod(CModule.Create("names", [ElfObject.Read("names", file)], kernel.Machine.Profile)), Is.EqualTo(Errno.Success), () => kernel.LogText);
        string[] expected = [.. Nm(file).Where(symbol => !HasNoMemory(symbol.Name)).Select(symbol => Line(symbol.Letter, symbol.Name))];
        string[] seen = [.. Lines(kernel).Where(line => line.EndsWith("\t[names]", StringComparison.Ordinal))];
        Assert.That(seen.Select(WithoutAddress), Is.EqualTo(expected));
        Assert.That(expected, Has.Some.EqualTo("T twice\t[names]").And.Some.EqualTo("D shared\t[names]").And.Some.EqualTo("b hidden_zero\t[names]")
            .And.Some.EqualTo("b open_zero\t[names]").And.Some.EqualTo("r table\t[names]").And.Some.EqualTo("t t_exit\t[names]").And.Some.EqualTo("u printk\t[names]")
            .And.Some.EqualTo("w soft\t[names]").And.Some.EqualTo("v soft_value\t[names]").And.Some.EqualTo("w nobody\t[names]"));
        Assert.That(kernel.Lines, Does.Contain($"words 1 2 {Digits(kernel, "__this_module")}"), "a weak symbol nobody defines is 0");
        kernel.Kernel.Modules.Rmmod("names");
        Assert.That(Lines(kernel), Has.None.Contains("[names]"));
    }

    [Test]
    public void DistancesBetweenSymbolsOfASection_AreNms()
    {
        TestKernel kernel = BootC();
        byte[] file = Compile("names", Code, kernel.Machine.Profile);
        kernel.Insmod(CModule.Create("names", [ElfObject.Read("names", file)], kernel.Machine.Profile));
        Dictionary<string, ulong> values = Nm(file).Where(symbol => symbol.Value is not null).ToDictionary(symbol => symbol.Name, symbol => symbol.Value!.Value);
        Assert.That(AddressOf(kernel, "twice") - AddressOf(kernel, "soft"), Is.EqualTo(values["twice"] - values["soft"]).And.Not.Zero);
        Assert.That(AddressOf(kernel, "open_zero") - AddressOf(kernel, "hidden_zero"), Is.EqualTo(values["open_zero"] - values["hidden_zero"]).And.Not.Zero);
        kernel.Kernel.Modules.Rmmod("names");
    }

    [TestCase("i386-32", 8)]
    [TestCase("x86-64-2g", 16)]
    public void KernelsExports_ComeFirst_ByAddress(string profile, int digits)
    {
        TestKernel kernel = BootC(profile);
        Assert.That(kernel.Insmod(Module("names", Code, kernel.Machine.Profile)), Is.EqualTo(Errno.Success));
        string[] exports = [.. Lines(kernel).TakeWhile(line => !line.Contains('\t', StringComparison.Ordinal))];
        Assert.That(exports, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That(exports, Has.All.Matches($"^[0-9a-f]{{{digits}}} [TD] [A-Za-z0-9_]+$"));
        string printk = exports.Single(line => line.EndsWith(" T printk", StringComparison.Ordinal));
        Assert.That(exports, Has.Some.EndsWith(" D jiffies").And.Some.EndsWith(" D malloc_sizes"));
        Assert.That(Lines(kernel), Does.Contain($"{printk[..digits]} u printk\t[names]"), "what a module uses has the address it was linked to");
        kernel.Kernel.Modules.Rmmod("names");
    }

    [Test]
    public void WithoutCores_ThereIsNothingToList() => Assert.That(Boot().Kernel.Proc.Read("kallsyms"), Is.Empty);

    // Of what nm calls global only what is exported is a capital, as in Linux.
    private static string Line(char letter, string name)
    {
        bool isExported = name is "twice" or "shared";
        return $"{(isExported ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter))} {name}\t[names]";
    }

    private static List<(ulong? Value, char Letter, string Name)> Nm(byte[] file)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file);
            return [.. HostTool.Run("nm", "-a", "-p", path).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).Where(symbol => !IsSection(symbol.Name))];
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Init's are gone when it has run, and .modinfo is not loaded.
    private static bool HasNoMemory(string name) => name is "t_init" or "init_module" || name.StartsWith("__mk_info_", StringComparison.Ordinal);

    // nm gives section symbols the section's name; for Linux they have none.
    private static bool IsSection(string name) => name[0] == '.' || name is "__ksymtab" or "__ksymtab_strings" or "__param";

    private static (ulong? Value, char Letter, string Name) Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (words.Length == 3 ? ulong.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) : null, words[^2][0], words[^1]);
    }

    private static string[] Lines(TestKernel kernel) => kernel.Kernel.Proc.Read("kallsyms").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string WithoutAddress(string line) => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private static string Digits(TestKernel kernel, string name) => Lines(kernel).Single(line => line.Contains($" {name}\t", StringComparison.Ordinal)).Split(' ')[0];

    private static ulong AddressOf(TestKernel kernel, string name) => ulong.Parse(Digits(kernel, name), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
