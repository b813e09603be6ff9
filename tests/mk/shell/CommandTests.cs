using MiniKernel.Cli.Shell;

namespace MiniKernel.Cli.Tests.Shell;

/// <summary>Every command, as it should be used and as it should not.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommandTests : IDisposable
{
    private readonly MkRun _mk = new();

    public CommandTests() => _mk.File("boot.json", "{ \"machine\": \"lab-4m\" }");

    private static IEnumerable<string> CommandNames => CommandTable.Names;

    public void Dispose() => _mk.Dispose();

    [TestCase("ls", "(?s)^dr-xr-xr-x          dev\ndr-xr-xr-x          proc\n$")]
    [TestCase("ls /proc", "(?m)^-r--r--r--          slabinfo$")]
    [TestCase("ls proc/net/", "^-r--r--r--          dev\n$")]
    [TestCase("insmod scull; insmod ram_disk; ls /dev; rmmod ram_disk; rmmod scull", "(?s)^brw-rw---- 254,   0 rd0\ncrw-rw---- 254,   0 scull\n$")]
    [TestCase("insmod scull; ls /dev/scull3; rmmod scull", "^crw-rw---- 254,   3 scull3\n$")]
    [TestCase("cat /proc/version", "^Linux version 2.6.24")]
    [TestCase("cat /proc/version 5", "^Linux$")]
    [TestCase("insmod scull; echo some text > /dev/scull0; echo more >> /dev/scull0; cat /dev/scull0; rmmod scull", "^some text\nmore\n$")]
    [TestCase("insmod scull; echo -n 'a  b' > /dev/scull1; cat /dev/scull1; cat /dev/scull0; rmmod scull", "^a  b$")]
    [TestCase("insmod ram_disk; echo hello > /dev/rd0; cat /dev/rd0 6; hexdump /dev/rd0 8; rmmod ram_disk", "^hello\n00000000  68 65 6c 6c 6f 0a 00 00                           \\|hello...\\|\n00000008\n$")]
    [TestCase("echo size-64 60 20 4 > /proc/slabinfo; cat /proc/slabinfo", "(?m)^size-64 .* : tunables   60   20    4 :")]
    [TestCase("insmod scull; dmesg > /dev/scull0; cat /dev/scull0 20; rmmod scull", "^\\[    0.000000\\] Linux$")]
    [TestCase("echo 'a > b; # $c' \"d  e\" f\\ g", "^a > b; # \\$c d  e f g\n$")]
    [TestCase("a = kzalloc 64; echo at $a, '$a'; kfree $a", "at (0xc0[0-9a-f]+), \\$a\n$")]
    [TestCase("a = kzalloc 40; strcpy $a+4 abc; poke $a+8 FF 1; memset $a+12 0x2a 2; hexdump $a+4 12; kfree $a", "  61 62 63 00 ff 01 00 00  2a 2a 00 00 00 00 00 00  \\|abc.....\\*\\*......\\||  61 62 63 00 ff 01 00 00  2a 2a 00 00              \\|abc.....\\*\\*..\\|\n")]
    [TestCase("a = kzalloc 100; hexdump $a; kfree $a", "(?s)  00 00 .*\n\\*\nc0[0-9a-f]{6}\n$")]
    [TestCase("insmod hello; lsmod; rmmod hello; lsmod", "^Module                  Size  Used by\nhello                   4096  0\nModule                  Size  Used by\n$")]
    [TestCase("modinfo", "(?m)^scull           .+$")]
    [TestCase("modinfo scull", "(?m)^parm:           quantum:.*; default 4000\\)$")]
    [TestCase("insmod scull quantum=512 qset=8; modinfo scull; rmmod scull", "(?s)in force 512.*in force 8")]
    [TestCase("insmod scull; work scull; rmmod scull", "^scull: 1024 KiB written, read back and compared")]
    [TestCase("a = kmalloc 100; kfree $a", "^\\$a = 0xc0[0-9a-f]{6}  size-128, 100 of 128 bytes\n$")]
    [TestCase("kmalloc 1K GFP_KERNEL|GFP_DMA; kfree $1", "^\\$1 = 0xc00[0-9a-f]{5}  size-1024\\(DMA\\), 1024 of 1024 bytes\n$")]
    [TestCase("kmalloc 30 x3; kfree $1[0] $1[2]; kfree $1[1]", "^\\$1 = (0xc0[0-9a-f]{6} ?){3}  3 x size-32, 30 of 32 bytes\n$")]
    [TestCase("kmalloc 0; kfree $1", "^\\$1 = 0x10  ZERO_SIZE_PTR")]
    [TestCase("a = kmalloc 10; ksize $a; kfree $a", "\n32\n$")]
    [TestCase("a = kmalloc 20; b = krealloc $a 30; c = krealloc $b 50; kfree $c; vars", "(?s)size-32, 30 of 32 bytes, where it was\n.*size-64, 50 of 64 bytes, moved\n.*\\$b = .*\\(freed\\)\n\\$c = .*\\(freed\\)")]
    [TestCase("p = alloc_pages 2 GFP_ATOMIC; free_pages $p", "^\\$p = 0xc0[0-9a-f]{3}000  4 pages of order 2 at frame \\d+ of zone (DMA|Normal)\n$")]
    [TestCase("alloc_pages 0 x2; free_pages $1[0]; free_pages $1[1] 0", "2 x 1 page of order 0, the first at frame")]
    [TestCase("cache create foo 100 HWCACHE_ALIGN; cache create bar 100 64 -; cache destroy foo; cache destroy bar", "^foo: objects of 100 bytes take 128, 30 to a slab of 1 page\nbar: objects of 100 bytes take 128,")]
    [TestCase("cache create foo 48; o = cache alloc foo x2; cache free foo $o; cache shrink foo; cache info foo; cache destroy foo", "(?s)2 x foo, 48 bytes\n.*foo: 1 of 1 slabs given back\n.*objects: 0 of 0 in use")]
    [TestCase("dmesg", "^\\[    0.000000\\] Linux version")]
    [TestCase("dmesg -c > /dev/scull0; insmod hello; dmesg; rmmod hello", "^\\[    0.00000\\d\\] hello: ", "{ \"machine\": \"lab-4m\", \"drivers\": [ \"scull\" ] }")]
    [TestCase("fault module=shell nth=2; a = kmalloc 10; ! kmalloc 10; fault; fault clear; fault; b = kmalloc 10; kfree $a; kfree $b", "\n1: module=shell,nth=2: 2 matched, 1 failed\n\\$b = ")]
    [TestCase("slabtop", "(?m)^  OBJS ACTIVE  USE OBJ SIZE  SLABS OBJ/SLAB CACHE SIZE NAME$")]
    [TestCase("free", "(?m)^Mem:  +\\d+ +\\d+ +\\d+ +\\d+$")]
    [TestCase("ps", "^  PID CPU STAT COMMAND\n    1   0 R    shell\n$")]
    [TestCase("sleep 1500ms; tick 500; uptime; sleep 3s; uptime", "^up 2.000000 s of virtual time, 2000 jiffies\nup 5.000000 s")]
    [TestCase("cpu; cpu 2; cpu; kmalloc 10; kfree $1", "^0\n2\n", "{ \"machine\": \"i386-highmem\" }")]
    [TestCase("p = alloc_pages 0 GFP_HIGHUSER; free_pages $p", "= NULL  1 page of order 0 at frame \\d+ of zone HighMem", "{ \"machine\": \"i386-highmem\" }")]
    [TestCase("hexdump 0xffff810000000000 16", "^ffff810000000000  ", "{ \"machine\": \"x86-64-2g\" }")]
    [TestCase("history", "^$")]
    [TestCase("help", "(?s)^ls +lists.*\nkmalloc .*must fail")]
    [TestCase("help cache; help quit", "(?s)  cache alloc CACHE \\[GFP\\] \\[xN\\]\n.*Also: quit")]
    public void Good(string script, string expected, string? configuration = null)
    {
        if (configuration is not null)
            _mk.File("boot.json", configuration);
        Assert.That(Run(script), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Match(expected));
    }

    [TestCase("ls /sys", "ls: /sys: No such file or directory; there are /proc and /dev")]
    [TestCase("cat /proc/slabinof", "cat: /proc/slabinof: No such file or directory; did you mean /proc/slabinfo?")]
    [TestCase("cat /proc", "cat: /proc: Is a directory")]
    [TestCase("cat /dev/scull9", "cat: /dev/scull9: open: No such device (-ENODEV)")]
    [TestCase("echo x > /proc/version", "echo: /proc/version: cannot be written; of /proc, /proc/slabinfo alone can")]
    [TestCase("echo nothing 1 2 3 > /proc/slabinfo", "echo: /proc/slabinfo: expected \"CACHE LIMIT BATCHCOUNT SHARED\"")]
    [TestCase("echo $x", "echo: there is no variable $x; none is set yet")]
    [TestCase("hexdump 0x100", "hexdump: 0x100 is not mapped; low memory is 0xc0000000 to 0xc03fffff")]
    [TestCase("hexdump 0xc03ffff0 32", "hexdump: 0xc0400000 is not mapped")]
    [TestCase("insmod scul", "insmod: \"scul\" is not a driver; did you mean \"scull\"?")]
    [TestCase("insmod scull", "insmod: error inserting 'scull': File exists (-EEXIST)")]
    [TestCase("insmod hello size=3", "insmod: size=3: driver \"hello\" has no parameter \"size\"; it has none")]
    [TestCase("rmmod scull; insmod scull quantm=3", "insmod: quantm=3: driver \"scull\" has no parameter \"quantm\"; did you mean \"quantum\"?")]
    [TestCase("rmmod scull; insmod scull quantum=3", "insmod: quantum=3: 3 is not a number from 16 to 65536")]
    [TestCase("rmmod hello", "rmmod: ERROR: Module hello does not exist in /proc/modules; loaded: scull")]
    [TestCase("modinfo nothing", "modinfo: \"nothing\" is not a driver;")]
    [TestCase("work hello", "work: module hello is not loaded; loaded: scull")]
    [TestCase("insmod hello; work hello", "work: module hello has no workload")]
    [TestCase("kmalloc 999999999", "kmalloc: NULL: no class holds 999999999 bytes, the largest is size-131072")]
    [TestCase("kmalloc 100K x1000", "kmalloc: NULL: no memory for 102400 bytes under these flags: after ")]
    [TestCase("kfree 0xc0300000", "kfree: the kernel log has 1 report of it")]
    [TestCase("a = kmalloc 10 x2; ksize $a", "ksize: $a holds 2 addresses; name one, as $a[0]")]
    [TestCase("a = kmalloc 10; kfree $a[1]", "kfree: $a holds 1 address, numbered from 0; there is no [1]")]
    [TestCase("abc = kmalloc 10; kfree $abd", "kfree: there is no variable $abd; did you mean \"abc\"?")]
    [TestCase("ksize 0", "ksize: killed by an oops")]
    [TestCase("alloc_pages 20", "alloc_pages: NULL: no block of order 20 under these flags; see /proc/buddyinfo")]
    [TestCase("a = kmalloc 10; free_pages $a", "free_pages: $a is size-32, 10 of 32 bytes, no pages; kfree gives objects back")]
    [TestCase("p = alloc_pages 1; free_pages $p 0", "free_pages: the kernel log has 1 report of it")]
    [TestCase("cache create size-64 10", "cache: cache size-64 was refused; the log says why")]
    [TestCase("cache alloc nothing", "cache: there is no cache \"nothing\"; cache create makes one")]
    [TestCase("a = kmalloc 60; cache free size-128 $a", "cache: the kernel log has 1 report of it")]
    [TestCase("memset 0x1000 0 10", "memset: killed by an oops")]
    public void Bad(string script, string expected)
    {
        _mk.File("boot.json", "{ \"machine\": \"lab-4m\", \"drivers\": [ \"scull\" ] }");
        Assert.That(Run(script), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Err, Does.Contain($"script.mk:1: {expected}"));
    }

    [Test]
    public void Fault_OnAKernelThatIsNotWatched_IsRefused()
    {
        _mk.File("boot.json", "{ \"machine\": \"lab-4m\", \"kernel\": { \"watch\": \"bare\" } }");
        Assert.That(Run("fault module=shell"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Err, Does.Contain("script.mk:1: fault: a kernel that is not watched serves requests without asking"));
    }

    [TestCase("fault nht=1", "fault: unknown key \"nht\"; did you mean \"nth\"?")]
    [TestCase("ls a b", "ls: \"b\" is one word too many; usage: ls [PATH]")]
    [TestCase("cat", "cat: PATH is missing; usage: cat PATH [BYTES]")]
    [TestCase("cat /proc/version many", "cat: BYTES \"many\": expected a whole number from 0 to 67108864")]
    [TestCase("hexdump", "hexdump: ADDRESS|PATH is missing;")]
    [TestCase("hexdump $a-", "hexdump: ADDRESS|PATH \"$a-\": expected an address")]
    [TestCase("insmod scull 4000", "insmod: \"4000\": expected NAME=VALUE")]
    [TestCase("kmalloc 0x1ffffffff", "kmalloc: SIZE 0x1ffffffff does not fit a size_t of 32 bits")]
    [TestCase("kmalloc 10 x0", "kmalloc: xN \"x0\": expected x1 to x1000000")]
    [TestCase("free_pages 0xc0001000", "free_pages: ORDER is missing")]
    [TestCase("alloc_pages 99", "alloc_pages: ORDER \"99\": expected a whole number from 0 to 63")]
    [TestCase("cache", "cache: create|alloc|free|shrink|destroy|info is missing")]
    [TestCase("cache mke x", "cache: \"mke\": allowed: create, alloc")]
    [TestCase("cache create x 10 POISN", "cache: \"POISN\" is not a cache flag; did you mean \"POISON\"?")]
    [TestCase("poke $a 1g", "poke: BYTE \"1g\": expected two hexadecimal digits")]
    [TestCase("memset $a 256 1", "memset: BYTE \"256\": expected a whole number from 0 to 255")]
    [TestCase("sleep long", "sleep: MS \"long\": expected milliseconds of virtual time")]
    [TestCase("help kmaloc", "help: \"kmaloc\" is not a command; did you mean \"kmalloc\"?")]
    [TestCase("exit 256", "exit: CODE \"256\": expected a whole number from 0 to 255")]
    [TestCase("5 = kmalloc 10", "\"5\" cannot be set: a variable is letters")]
    [TestCase("!", "a command is missing; help lists them")]
    [TestCase("echo a >", "behind > one path is expected")]
    [TestCase("a = cache info size-64", "cache gives no value for a =")]
    public void WrongAsItStands(string script, string expected)
    {
        Assert.That(Run(script), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.StartWith($"script.mk:1: {expected}"));
    }

    [Test]
    public void EveryCommand_HasItsHelpAndRefusesTooManyWords([ValueSource(nameof(CommandNames))] string command)
    {
        Assert.That(Run($"help {command}"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.StartWith(command));
        if (CommandTable.Find(command)!.Operands.EndsWith("...", StringComparison.Ordinal))
            return;
        string words = string.Join(' ', Enumerable.Repeat("1", 9));
        Assert.That(Run($"{command} {words}"), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(1).And.All.StartsWith($"script.mk:1: {command}: "));
    }

    [Test]
    public void ADriverWhoseWorkFails_SaysWhy()
    {
        _mk.File("boot.json", "{ \"machine\": \"i386-32\" }");
        Assert.That(_mk.File("script.mk", "insmod isa_sound gfp_dma=0\nwork isa_sound\necho on\n").Run("run", "-k", "script.mk"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Out, Does.StartWith("isa_sound: ").And.EndsWith("\non\n"));
        Assert.That(_mk.Err, Does.Contain("script.mk:2: work: isa_sound failed: "));
    }

    [Test]
    public void Slob_HasNoClassesAndTheCommandsSaySo()
    {
        _mk.File("boot.json", "{ \"machine\": \"lab-4m\", \"kernel\": { \"allocator\": \"slob\" } }");
        const string script = "a = kmalloc 100; a = krealloc $a 300; hexdump $a; kfree $a; cache create c 50; o = cache alloc c x2; cache info c; cache shrink c; cache free c $o; cache destroy c; slabtop; free";
        Assert.That(Run(script), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Match(@"^\$a = 0xc0[0-9a-f]{6}  100 of \d+ bytes\n").And.Contain("c: objects of 50 bytes, without slabs: SLOB").And.Contain(" SLOB: "));
        Assert.That(Run("kmalloc 99999999"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(_mk.Err, Does.Contain("kmalloc: NULL: no memory for 99999999 bytes"));
    }

    // Whatever memory holds, a command is an answer, a failure or an oops: never a failure of mk.
    [Test]
    public void SpoiltMemory_IsReportedAndNotOurFailure([Values("lab-4m", "x86-64-2g")] string profile, [Values(0, 17, 64)] int step)
    {
        _mk.File("boot.json", $"{{ \"machine\": \"{profile}\" }}");
        string spoil = step == 0 ? "memset $1-4096 0xff 4096" : string.Join("; ", Enumerable.Range(1, 12).Select(i => $"poke $1-{i * step} a5 5a a5 5a"));
        string script = $"kmalloc 100 x40\ncache create c 200; o = cache alloc c x9\n{spoil}\nslabtop\ncat /proc/slabinfo\ncache info size-128\nkfree $1\nkmalloc 100 x200\n"
            + "cache info c; cache free c $o; cache shrink c; cache destroy c\nhexdump $2; ksize $2; sleep 5s; kfree $2; dmesg; vars; ps; free\n";
        script = script.Replace("$1-", "$1[0]-", StringComparison.Ordinal);
        int code = _mk.File("script.mk", script).Run("run", "-k", "script.mk");
        Assert.That(code, Is.EqualTo(ExitCode.ChecksFailed), _mk.Err);
        Assert.That(_mk.Err, Does.Not.Contain("internal failure"));
    }

    [Test]
    public void TheTour_EndsWell()
    {
        Assert.That(_mk.Run("run", MkRun.ProjectFile("tour.mk"), "--config", MkRun.ProjectFile("boot.json")), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("size-128(DMA)").And.Contain("|hello, slab").And.Contain("text on a disk"));
        Assert.That(_mk.Err, Does.Contain("double free").And.Contain("killed by an oops"));
        Assert.That(_mk.Run("run", MkRun.ProjectFile("tour.mk"), "--profile", "x86-64-8g"), Is.Zero, _mk.Err);
    }

    private int Run(string script) => _mk.File("script.mk", script + "\n").Run("run", "script.mk");
}
