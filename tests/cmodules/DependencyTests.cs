using System.Globalization;
using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Modules that use each other's symbols, and how /proc/modules shows C modules.</summary>
public sealed class DependencyTests : CModuleFixture
{
    private TestKernel _kernel = null!;

    [Test]
    public void UsedModule_StaysUntilItsUsersAreGone([Values("i386-32", "x86-64-2g")] string profile)
    {
        _kernel = BootC(profile);
        Load("library", "int twice(int x) { return 2 * x; } EXPORT_SYMBOL(twice); int three; EXPORT_SYMBOL(three);");
        Load("middle", "int twice(int x); extern int three; int four(int x) { three = 3; return twice(twice(x)); } EXPORT_SYMBOL(four);");
        Load("top", "int four(int x); int twice(int x); int init_module(void) { printk(KERN_INFO \"%d\\n\", four(twice(1))); return 0; } void cleanup_module(void) { }");
        Assert.That(_kernel.Lines, Does.Contain("8"));
        Assert.That(Shown("library"), Is.EqualTo("2 top,middle,"));
        Assert.That(Shown("middle"), Is.EqualTo("1 top,"));
        Assert.That(Shown("top"), Is.EqualTo("0 -"));
        Assert.That(Rmmod("library"), Is.EqualTo(Errno.EAGAIN));
        Assert.That(Rmmod("middle"), Is.EqualTo(Errno.EAGAIN));
        Assert.That(Rmmod("top"), Is.EqualTo(Errno.Success));
        Assert.That(Shown("library"), Is.EqualTo("1 middle,"));
        Assert.That(Rmmod("library"), Is.EqualTo(Errno.EAGAIN));
        Assert.That(Rmmod("middle"), Is.EqualTo(Errno.Success));
        Assert.That(Shown("library"), Is.EqualTo("0 -"));
        Assert.That(Rmmod("library"), Is.EqualTo(Errno.Success));
    }

    [Test]
    public void ModuleThatIsNotLoadedAfterAll_HoldsNobody()
    {
        _kernel = BootC();
        Load("library", "int twice(int x) { return 2 * x; } EXPORT_SYMBOL(twice);");
        Assert.That(_kernel.Insmod(Make("refusing", "int twice(int x); int init_module(void) { return -twice(11); }")), Is.EqualTo(Errno.EINVAL));
        Assert.That(_kernel.Insmod(Make("lacking", "int twice(int x); int nobody(void); int init_module(void) { return twice(nobody()); }")), Is.EqualTo(Errno.ENOENT));
        Assert.That(Shown("library"), Is.EqualTo("0 -"));
        Assert.That(Rmmod("library"), Is.EqualTo(Errno.Success));
    }

    [Test]
    public void DeadModule_GivesNothingAway_AndHoldsWhatItUsed()
    {
        _kernel = BootC();
        Load("library", "int twice(int x) { return 2 * x; } EXPORT_SYMBOL(twice);");
        CModule dead = Make("dead", "int twice(int x); int thing(void) { return 1; } EXPORT_SYMBOL(thing); int init_module(void) { *(volatile int *)0 = twice(2); return 0; }");
        Assert.That(_kernel.Insmod(dead), Is.EqualTo(Errno.EIO));
        Assert.That(_kernel.Insmod(Make("user", "int thing(void); int init_module(void) { return thing(); }")), Is.EqualTo(Errno.ENOENT));
        Assert.That(_kernel.LogText, Does.Contain("user: Unknown symbol thing"));
        Assert.That(Shown("library"), Is.EqualTo("1 dead,"));
        Assert.That(Rmmod("library"), Is.EqualTo(Errno.EAGAIN));
        ExpectLeftovers();
    }

    [Test]
    public void AtTheEnd_UsersGoFirst()
    {
        _kernel = BootC();
        Load("library", "int twice(int x) { return 2 * x; } EXPORT_SYMBOL(twice); void cleanup_module(void) { printk(KERN_INFO \"library goes\\n\"); }");
        Load("user", "int twice(int x); int init_module(void) { return twice(0); } void cleanup_module(void) { printk(KERN_INFO \"user goes %d\\n\", twice(1)); }");
        _kernel.Kernel.Shutdown();
        Assert.That(_kernel.Lines.Where(line => line.Contains("goes", StringComparison.Ordinal)), Is.EqualTo(new[] { "user goes 2", "library goes" }));
        Assert.That(_kernel.LogText, Does.Not.Contain("not unloaded"));
    }

    [TestCaseSource(nameof(Profiles))]
    public void SizeAndAddress_AreThoseOfItsMemory(string profile)
    {
        _kernel = BootC(profile);
        ulong page = (ulong)_kernel.Machine.Profile.PageSize;
        Load("big", "static char room[70000]; const int one = 1; int init_module(void) { printk(KERN_INFO \"%p %p\\n\", init_module, room); return 0; } void cleanup_module(void) { }");
        string[] fields = _kernel.Kernel.Proc.Read("modules").TrimEnd('\n').Split(' ');
        string[] addresses = _kernel.Lines[^1].Split(' ');
        (ulong start, ulong bytes) = (Hex(fields[5][2..]), ulong.Parse(fields[1], CultureInfo.InvariantCulture));
        Assert.That(start, Is.EqualTo(Hex(addresses[0])), "code comes first");
        Assert.That(Hex(addresses[1]) + 70000, Is.LessThanOrEqualTo(start + bytes), "variables come last");
        Assert.That(bytes, Is.EqualTo(((70000 + 200 + page) / page * page) + page).Or.EqualTo(((70000 + 200 + page) / page * page) + (2 * page)), "code, constants, variables: pages of their own");
        Assert.That(Rmmod("big"), Is.EqualTo(Errno.Success));
    }

    private CModule Make(string name, string code) => Module(name, code, _kernel.Machine.Profile);

    private void Load(string name, string code) => Assert.That(_kernel.Insmod(Make(name, code)), Is.EqualTo(Errno.Success), () => _kernel.LogText);

    private Errno Rmmod(string name) => _kernel.Kernel.Modules.Rmmod(name);

    // "1 top,": reference count and users.
    private string Shown(string name)
    {
        string line = _kernel.Kernel.Proc.Read("modules").Split('\n').Single(text => text.StartsWith($"{name} ", StringComparison.Ordinal));
        return string.Join(' ', line.Split(' ')[2..4]);
    }

    private static ulong Hex(string digits) => ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
