using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Texts and numbers: strings, formats and what reads them, each beside what the host's C library does of the same statements.</summary>
public sealed class TextTests : CModuleFixture
{
    // Statements for both sides; say() prints a line.
    private const string Strings = """
        	char buffer[64], *texts = buffer, *part;
        	const char *text = "the quick brown fox";
        	say("%d %d %d", (int)(strchr(text, 'q') - text), (int)(strrchr(text, 'o') - text), strchr(text, 'z') == NULL);
        	say("%d %d", (int)(strstr(text, "brown") - text), strstr(text, "blue") == NULL);
        	say("%d %d %s", (int)strspn(text, "eht "), (int)strcspn(text, "xyz"), strpbrk(text, "zxb"));
        	say("%d %d", (int)((char *)memchr(text, 'k', 19) - text), memchr(text, 'k', 5) == NULL);
        	strcpy(buffer, "a,b;;c");
        	while ((part = strsep(&texts, ",;")))
        		say("[%s]", part);
        	strcpy(buffer, "abc");
        	strncat(buffer, "defgh", 3);
        	say("%s %d %d", buffer, strcasecmp("HeLLo", "hEllO"), strncasecmp("abX", "ABy", 2));
        	say("%d %d", strcmp("a", "b") < 0, strncmp("abc", "abd", 2));
        	snprintf(buffer, 8, "%s", text);
        	say("%s %d", buffer, snprintf(buffer, 0, "%d", 12345));
        """;

    private const string Scans = """
        	int a = 0, b = 0, c = 0, n = 0; unsigned int u = 0; long l = 0; unsigned long long w = 0; short h = 0; signed char t = 0; char s[20], r[20], k[3];
        	say("%d: %d %d", sscanf("12 -34", "%d%d", &a, &b), a, b);
        	say("%d: %x %o %d", sscanf("ff 777 0x1f", "%x %o %i", &u, &a, &b), u, a, b);
        	say("%d: %s %ld", sscanf("hello   99999", "%s %ld", s, &l), s, l);
        	say("%d: %d %d %d", sscanf("10-20-x", "%d-%d-%d", &a, &b, &c), a, b, c);
        	say("%d: %llu %hd %hhd", sscanf("18446744073709551615 -5 -6", "%llu %hd %hhd", &w, &h, &t), w, h, t);
        	say("%d: %s|%s", sscanf("key=value;", "%[a-z]=%[^;]", s, r), s, r);
        	k[2] = 0;
        	say("%d: %s %d", sscanf("xy7", "%2c%1d", k, &a), k, a);
        	say("%d: %d n=%d", sscanf("42abc", "%d%n", &a, &n), a, n);
        	say("%d: %d", sscanf("skip 5", "%*s %d", &a), a);
        	say("%d", sscanf("abc", "%d", &a));
        """;

    private const string Includes = "#include <linux/ctype.h>\n#define say(format, ...) printk(KERN_INFO format \"\\n\", ##__VA_ARGS__)\n";

    [TestCase("i386-32", Strings, 11)]
    [TestCase("x86-64-2g", Strings, 11)]
    [TestCase("i386-32", Scans, 10)]
    [TestCase("x86-64-2g", Scans, 10)]
    public void LibraryDoesWhatTheHostsDoes(string profile, string statements, int lines)
    {
        string host = HostProgram.Run($$"""
            #define _GNU_SOURCE
            #include <stdio.h>
            #include <string.h>
            #include <strings.h>
            #define say(format, ...) printf(format "\n", ##__VA_ARGS__)
            int main(void)
            {
            {{statements}}
            	return 0;
            }
            """);
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init(statements, kernel.Machine.Profile, Includes));
        string[] expected = host.TrimEnd('\n').Split('\n');
        Assert.That(expected, Has.Length.EqualTo(lines));
        Assert.That(kernel.Lines.TakeLast(expected.Length), Is.EqualTo(expected));
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void CharacterClassesAreTheHosts(string profile)
    {
        const string classes = "for (c = 0; c < 128; c++) say(\"%d: %d%d%d%d%d%d%d%d%d%d%d %d %d\", c, !!isalpha(c), !!isdigit(c), !!isalnum(c), !!isspace(c), !!isupper(c),"
            + " !!islower(c), !!isxdigit(c), !!isprint(c), !!isgraph(c), !!ispunct(c), !!iscntrl(c), tolower(c), toupper(c));";
        string host = HostProgram.Run($"#include <stdio.h>\n#include <ctype.h>\n#define say(format, ...) printf(format \"\\n\", __VA_ARGS__)\nint main(void) {{ int c; {classes} return 0; }}");
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("\tint c;\n\t" + classes, kernel.Machine.Profile, Includes));
        Assert.That(kernel.Lines.TakeLast(128), Is.EqualTo(host.TrimEnd('\n').Split('\n')));
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void TextsOfTheKernelAlone(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	char buffer[16], *text;
            	const char *const names[] = { "one", "two", "three" };
            	BUG_ON(strscpy(buffer, "abc", 16) != 3 || strscpy(buffer, "0123456789abcdefghi", 16) != -E2BIG || strlen(buffer) != 15);
            	BUG_ON(strlcpy(buffer, "0123456789abcdefghi", 16) != 19);
            	strcpy(buffer, "  ab \n");
            	BUG_ON(strcmp(strim(buffer), "ab") || !sysfs_streq("on\n", "on") || sysfs_streq("on", "off"));
            	BUG_ON(match_string(names, 3, "three") != 2 || match_string(names, 3, "four") != -EINVAL);
            	BUG_ON(memchr_inv("aaab", 'a', 4) == NULL || memchr_inv("aaa", 'a', 3) || strnstr("abcdef", "ef", 5) || !strnstr("abcdef", "ef", 6));
            	text = kstrdup("copy", GFP_KERNEL);
            	BUG_ON(strcmp(text, "copy"));
            	kfree(text);
            	text = kstrndup("copy", 2, GFP_KERNEL);
            	BUG_ON(strcmp(text, "co"));
            	kfree(text);
            	text = kmemdup("copy", 5, GFP_KERNEL);
            	BUG_ON(strcmp(text, "copy") || kstrdup(NULL, GFP_KERNEL));
            	kfree(text);
            	text = kasprintf(GFP_KERNEL, "%s-%d-%llx", "x", 7, 0xabcdef012345ULL);
            	BUG_ON(strcmp(text, "x-7-abcdef012345"));
            	kfree(text);
            	BUG_ON(scnprintf(buffer, 4, "%d", 123456) != 3 || snprintf(buffer, 4, "%d", 123456) != 6);
            	BUG_ON(strcmp(strreplace(buffer, '1', '9') - 3, "923"));
            	BUG_ON(hex_to_bin('f') != 15 || hex_to_bin('g') >= 0 || hex_asc_hi(0xa5) != 'a' || hex_asc_lo(0xa5) != '5' || int_sqrt(99) != 9);
            """, kernel.Machine.Profile));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    // simple_strtoul and the kernel's strict readers; strtoull of the host says what the digits are.
    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void NumbersAreRead(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	char *end; unsigned long ul; long l; int i; unsigned int u; u8 b; s8 t; unsigned long long w; bool yes; u16 h;
            	BUG_ON(simple_strtoul("0x1f rest", &end, 0) != 31 || *end != ' ' || simple_strtoul("017", NULL, 0) != 15 || simple_strtoul("ff", NULL, 16) != 255);
            	BUG_ON(simple_strtol("-42", &end, 10) != -42 || *end || simple_strtol("x", &end, 10) != 0 || *end != 'x');
            	BUG_ON(simple_strtoull("18446744073709551615", NULL, 10) != ~0ULL || simple_strtoll("-9", NULL, 10) != -9);
            	BUG_ON(kstrtoint("123\n", 10, &i) || i != 123 || kstrtoint("123x", 10, &i) != -EINVAL || kstrtoint("", 10, &i) != -EINVAL);
            	BUG_ON(kstrtoint("2147483648", 10, &i) != -ERANGE || kstrtoint("-2147483648", 10, &i) || i != INT_MIN);
            	BUG_ON(kstrtouint("4294967295", 0, &u) || u != UINT_MAX || kstrtouint("-1", 0, &u) != -EINVAL);
            	BUG_ON(kstrtou8("255", 10, &b) || b != 255 || kstrtou8("256", 10, &b) != -ERANGE || kstrtos8("-128", 10, &t) || t != -128);
            	BUG_ON(kstrtoul("0xff", 0, &ul) || ul != 255 || kstrtol("-1", 10, &l) || l != -1 || kstrtou16("65536", 10, &h) != -ERANGE);
            	BUG_ON(kstrtoull("18446744073709551616", 10, &w) != -ERANGE || kstrtoull("+7", 10, &w) || w != 7);
            	BUG_ON(kstrtobool("Y", &yes) || !yes || kstrtobool("off", &yes) || yes || kstrtobool("maybe", &yes) != -EINVAL);
            """, kernel.Machine.Profile));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("i386-32", "00")]
    [TestCase("x86-64-2g", "0000000000")]
    public void PointerLettersShowWhatIsBehind(string profile, string zeros)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	static const u8 mac[] = { 0, 0x1b, 0xfe, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
            	phys_addr_t place = 0x123456;
            	printk(KERN_INFO "%pM %pm %pMF\n", mac, mac, mac);
            	printk(KERN_INFO "%pI4 %pi4 %pI6\n", mac, mac, mac);
            	printk(KERN_INFO "%*ph|%*phC|%*phN|%3phD\n", 4, mac, 4, mac, 4, mac, mac);
            	printk(KERN_INFO "%pa %pad [%12s] [%-6p]\n", &place, &place, "right", (void *)0);
            	printk(KERN_INFO "%pS, %ps\n", (char *)test_exit + 0, test_exit);
            	wrap("%d-%s %lld", 42, "in", -7LL);
            	printk(KERN_INFO "%Zu %hhx %#o%n.\n", sizeof(int), 0x1ff, 8, &place);
            """, kernel.Machine.Profile, """
            #pragma GCC diagnostic ignored "-Wformat"
            static void test_exit(void);
            static noinline void wrap(const char *format, ...)
            {
            	struct va_format inner;
            	va_list list;
            	char text[40];
            	va_start(list, format);
            	inner.fmt = format;
            	inner.va = &list;
            	printk(KERN_INFO "[%pV]\n", &inner);
            	va_end(list);
            	va_start(list, format);
            	vsnprintf(text, sizeof(text), format, list);
            	va_end(list);
            	printk(KERN_INFO "<%s>\n", text);
            }
            """));
        string[] said = [.. kernel.Lines.SkipWhile(line => !line.StartsWith("00:1b", StringComparison.Ordinal))];
        Assert.That(said[0], Is.EqualTo("00:1b:fe:03:04:05 001bfe030405 00-1b-fe-03-04-05"));
        Assert.That(said[1], Is.EqualTo("0.27.254.3 000.027.254.003 001b:fe03:0405:0607:0809:0a0b:0c0d:0e0f"));
        Assert.That(said[2], Is.EqualTo("00 1b fe 03|00:1b:fe:03|001bfe03|00-1b-fe"));
        Assert.That(said[3], Does.StartWith($"0x{zeros}123456 0x{zeros}123456 [       right] [{zeros}000000"));
        Assert.That(said[4], Does.Match(@"^test_exit\+0x0/0x[0-9a-f]+ \[test\], test_exit \[test\]$"));
        Assert.That(said[5..8], Is.EqualTo(new[] { "[42-in -7]", "<42-in -7>", "4 ff 010." }));
    }

    // The figures of printk-formats.rst where it has any.
    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void LettersOfLaterKernelsShowWhatIsBehind(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init(LaterLetters, kernel.Machine.Profile, "#include <linux/bitmap.h>\n"));
        string digits = new string('0', kernel.Machine.Profile.WordSize / 4 - 4) + "1234";
        Assert.That(kernel.Lines.SkipWhile(line => line != "begin").Skip(1), Is.EqualTo(new[]
        {
            $"-ENOMEM|-EPROBE_DEFER|-41|-4095|{digits}|[   -EIO]",
            @"\eb \C\a""\220\r]",
            @"\x1bb \C\x07""\x90\x0d]",
            @"\e\142\040\\\103\a\042\220\r\135",
            @"\e||\0",
            "00010203-0405-0607-0809-0a0b0c0d0e0f 00010203-0405-0607-0809-0a0b0c0d0e0f 00010203-0405-0607-0809-0A0B0C0D0E0F",
            "03020100-0504-0706-0809-0a0b0c0d0e0f 03020100-0504-0706-0809-0A0B0C0D0E0F",
            "1,80000079|0,3-6,31-32|19|79|||",
            "GFP_KERNEL|__GFP_ZERO",
            $"{digits}Gz {digits}R",
        }));
    }

    private const string LaterLetters = """
        	static const u8 uuid[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
        	static const u8 text[] = { 0x1b, 0x62, 0x20, 0x5c, 0x43, 0x07, 0x22, 0x90, 0x0d, 0x5d };
        	DECLARE_BITMAP(bits, 70);
        	gfp_t flags = GFP_KERNEL | __GFP_ZERO;
        	void *p = (void *)0x1234;
        	bitmap_zero(bits, 70);
        	bitmap_set(bits, 3, 4);
        	__set_bit(0, bits);
        	__set_bit(31, bits);
        	__set_bit(32, bits);
        	printk(KERN_INFO "begin\n");
        	printk(KERN_INFO "%pe|%pe|%pe|%pe|%pe|[%7pe]\n", ERR_PTR(-ENOMEM), ERR_PTR(-EPROBE_DEFER), ERR_PTR(-41), ERR_PTR(-4095), p, ERR_PTR(-EIO));
        	printk(KERN_INFO "%*pE\n", 10, text);
        	printk(KERN_INFO "%*pEhp\n", 10, text);
        	printk(KERN_INFO "%10pEa\n", text);
        	printk(KERN_INFO "%pE|%*pE|%pEn\n", text, 0, text, uuid);
        	printk(KERN_INFO "%pU %pUb %pUB\n", uuid, uuid, uuid);
        	printk(KERN_INFO "%pUl %pUL\n", uuid, uuid);
        	printk(KERN_INFO "%*pb|%*pbl|%*pb|%7pb|%pb|%*pbl|%*ph\n", 33, bits, 70, bits, 5, bits, bits, bits, 0, bits, 0, bits);
        	printk(KERN_INFO "%pGg\n", &flags);
        	printk(KERN_INFO "%pGz %pR\n", p, p);
        """;

    [Test]
    public void EveryErrorPointerHasTheNameOfItsHeader()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("\tlong i;\n\tfor (i = 1; i <= 530; i++)\n\t\tprintk(KERN_INFO \"%ld is %pe\\n\", i, ERR_PTR(-i));", kernel.Machine.Profile));
        Dictionary<int, string> names = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "include", "linux", "errno.h"))
            .Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length == 3 && int.TryParse(words[2], out _))
            .ToDictionary(words => int.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture), words => words[1]);
        Assert.That(names, Has.Count.GreaterThan(140));
        Assert.That(kernel.Lines.TakeLast(530), Is.EqualTo(Enumerable.Range(1, 530).Select(i => $"{i} is -{names.GetValueOrDefault(i, $"{i}")}")));
    }

    [Test]
    public void In2624LaterLettersAreLetters()
    {
        KernelOptions old = new() { Api = KernelApi.Linux2624 };
        TestKernel kernel = BootC(options: old);
        LoadAndUnload(kernel, Init("\tvoid *p = (void *)0x1234;\n\tprintk(KERN_INFO \"%pe %pUl %pGg [%10pE]\\n\", p, p, p, p);", kernel.Machine.Profile, kernel: old));
        string digits = new string('0', kernel.Machine.Profile.WordSize / 4 - 4) + "1234";
        Assert.That(kernel.Lines.Last(), Is.EqualTo($"{digits}e {digits}Ul {digits}Gg [{digits.PadLeft(10)}E]"));
    }

    // Widths beyond reason show as much as any width may ask for; a bad pointer is the fault of whoever prints.
    [Test]
    public void HostileLengthsAreBounded()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("""
            	char *much = kzalloc(8192, GFP_KERNEL), *text = kmalloc(8192, GFP_KERNEL);
            	BUG_ON(snprintf(text, 8192, "%*pb", INT_MAX, much) != 128 * 9 - 1);
            	BUG_ON(snprintf(text, 8192, "%*pbl", INT_MIN, much) != 0);
            	BUG_ON(snprintf(text, 8192, "%*pEn", INT_MAX, much) != 2 * 4096);
            	kfree(much);
            	kfree(text);
            """, kernel.Machine.Profile));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [Test]
    public void LinesGoOnWhereTheyStopped()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("""
            	pr_info("one");
            	pr_cont(" two");
            	pr_cont(" three\n");
            	pr_info("four");
            	pr_info("five\nsix\n");
            	pr_info("seven");
            """, kernel.Machine.Profile));
        Assert.That(kernel.Lines.TakeLast(5), Is.EqualTo(new[] { "one two three", "four", "five", "six", "seven" }));
    }

    [Test]
    public void In2624WhatHasNoLevelGoesOn()
    {
        KernelOptions old = new() { Api = KernelApi.Linux2624 };
        TestKernel kernel = BootC(options: old);
        LoadAndUnload(kernel, Init("\tprintk(KERN_INFO \"a\");\n\tprintk(\"b\\n\");\n\tprintk(KERN_INFO \"c\");\n\tprintk(KERN_INFO \"d\\n\");", kernel.Machine.Profile, kernel: old));
        Assert.That(kernel.Lines.TakeLast(3), Is.EqualTo(new[] { "ab", "c", "d" }));
    }

    [Test]
    public void HexDumpsHaveGroupsAndPrefixes()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("""
            	static const char bytes[] = "0123456789abcdefXYZ";
            	char line[80];
            	print_hex_dump(KERN_INFO, "raw: ", DUMP_PREFIX_OFFSET, 16, 4, bytes, 20, true);
            	print_hex_dump(KERN_INFO, "", DUMP_PREFIX_NONE, 32, 1, bytes, 20, false);
            	print_hex_dump_bytes("b ", DUMP_PREFIX_OFFSET, bytes, 17);
            	BUG_ON(hex_dump_to_buffer(bytes, 4, 16, 2, line, sizeof(line), false) != 9 || strcmp(line, "3130 3332"));
            """, kernel.Machine.Profile));
        Assert.That(kernel.Lines.TakeLast(5), Is.EqualTo(new[]
        {
            "raw: 00000000: 33323130 37363534 62613938 66656463  0123456789abcdef",
            "raw: 00000010: 005a5958                             XYZ.",
            "30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 58 59 5a 00",
            "b 00000000: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef",
            "b 00000010: 58                                               X",
        }));
    }

    [Test]
    public void WarningsSayTheirTextAndOnceIsOnce()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("""
            	int i, let = 0;
            	for (i = 0; i < 3; i++) {
            		WARN_ONCE(1, "only %s\n", "once");
            		pr_info_once("first\n");
            	}
            	BUG_ON(!WARN(1, "number %d\n", 7) || WARN_ON(0));
            	for (i = 0; i < 30; i++)
            		let += printk_ratelimit();
            	pr_info("let through %d\n", let);
            """, kernel.Machine.Profile));
        Assert.That(kernel.Lines.Count(line => line == "only once"), Is.EqualTo(1));
        Assert.That(kernel.Lines.Count(line => line == "first"), Is.EqualTo(1));
        Assert.That(kernel.Lines, Does.Contain("number 7").And.Contain("let through 10"));
        Assert.That(kernel.Kernel.Errors, Is.EqualTo(2));
    }
}
