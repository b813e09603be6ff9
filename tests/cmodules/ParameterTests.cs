using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Parameters of every type: what insmod is given is what the variable holds.</summary>
public sealed class ParameterTests : CModuleFixture
{
    private const string Code = """
        static unsigned char a_byte = 1; static short a_short; static ushort a_ushort; static int an_int = 42; static uint a_uint;
        static long a_long; static ulong a_ulong; static bool a_bool; static int an_old_bool; static bool an_invbool = true;
        static char *a_charp = "default"; static char a_string[8] = "short"; static short an_array[3]; static int given;
        module_param(a_byte, byte, 0); module_param(a_short, short, 0); module_param(a_ushort, ushort, 0); module_param(an_int, int, 0);
        module_param(a_uint, uint, 0); module_param(a_long, long, 0); module_param(a_ulong, ulong, 0); module_param(a_bool, bool, 0);
        module_param(an_old_bool, bool, 0); module_param(an_invbool, invbool, 0); module_param(a_charp, charp, 0);
        module_param_string(a_string, a_string, sizeof(a_string), 0); module_param_array(an_array, short, &given, 0);
        static unsigned long long a_ullong; static unsigned int a_hexint; module_param(a_ullong, ullong, 0); module_param(a_hexint, hexint, 0);
        module_param_named(renamed, an_int, int, 0);
        MODULE_PARM_DESC(a_short, "A short one");
        static int __init p_init(void)
        {
        	printk(KERN_INFO "%d %d %d %d %u %ld %lu\n", a_byte, a_short, a_ushort, an_int, a_uint, a_long, a_ulong);
        	printk(KERN_INFO "%d %d %d '%s' '%s' %d:%d,%d,%d\n", a_bool, an_old_bool, an_invbool, a_charp, a_string, given, an_array[0], an_array[1], an_array[2]);
        	printk(KERN_INFO "%llu %#x\n", a_ullong, a_hexint);
        	return 0;
        }
        static void __exit p_exit(void) { }
        module_init(p_init); module_exit(p_exit);
        """;

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void DefaultsAreTheModules(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Module("params", Code, kernel.Machine.Profile));
        Assert.That(kernel.Lines, Does.Contain("1 0 0 42 0 0 0").And.Contain("0 0 1 'default' 'short' 0:0,0,0"));
    }

    [TestCase("i386-32", "-2147483648", "4294967295")]
    [TestCase("x86-64-2g", "-9223372036854775808", "18446744073709551615")]
    public void ValuesOfEveryType(string profile, string least, string most)
    {
        TestKernel kernel = BootC(profile);
        CModule module = Module("params", Code, kernel.Machine.Profile);
        Errno error = kernel.Insmod(
            module, "a_byte=255", "a_short=-32768", "a_ushort=0xffff", "an_int=-5", "a_uint=010", $"a_long={least}", $"a_ulong={most}",
            "a_bool=Y", "an_old_bool=1", "an_invbool=y", "a_charp=a longer text, with a comma", "a_string=seven77", "an_array=-1,2",
            "a_ullong=18446744073709551615", "a_hexint=0xfffffffe");
        Assert.That(error, Is.EqualTo(Errno.Success), () => kernel.LogText);
        kernel.Kernel.Modules.Rmmod("params");
        Assert.That(kernel.Lines, Does.Contain($"255 -32768 65535 -5 8 {least} {most}").And.Contain("1 1 0 'a longer text, with a comma' 'seven77' 2:-1,2,0").And.Contain("18446744073709551615 0xfffffffe"));
    }

    [TestCase("Y", 1)]
    [TestCase("yes", 1)]
    [TestCase("1", 1)]
    [TestCase("on", 1)]
    [TestCase("n", 0)]
    [TestCase("No", 0)]
    [TestCase("0", 0)]
    [TestCase("oFF", 0)]
    public void TruthAsLinuxReadsIt(string text, int value)
    {
        TestKernel kernel = BootC();
        Errno error = kernel.Insmod(Module("params", Code, kernel.Machine.Profile), $"an_old_bool={text}", $"an_invbool={text}");
        Assert.That(error, Is.EqualTo(Errno.Success), () => kernel.LogText);
        kernel.Kernel.Modules.Rmmod("params");
        Assert.That(kernel.Lines, Does.Contain($"0 {value} {1 - value} 'default' 'short' 0:0,0,0"));
    }

    private const string Callbacks = """
        static int checked = 5, calls; static unsigned short plain; static bool flag; static char *text = "none"; static short old;
        static int set_checked(const char *value, const struct kernel_param *parameter)
        {
        	int error = param_set_int(value, parameter);
        	BUG_ON(strcmp(parameter->name, "checked") || parameter->arg != &checked || parameter->mod != THIS_MODULE || parameter->perm != 0644);
        	calls++;
        	return error ? error : checked < 0 ? -EINVAL : checked > 100 ? -ENOSPC : 0;
        }
        static const struct kernel_param_ops checked_ops = { .set = set_checked, .get = param_get_int };
        static int set_old(const char *value, struct kernel_param *parameter) { *(short *)parameter->arg = 2 * simple_strtol(value, NULL, 0); return 0; }
        module_param_cb(checked, &checked_ops, &checked, 0644);
        module_param_cb(plain, &param_ops_ushort, &plain, 0444);
        module_param_cb(flag, &param_ops_bool, &flag, 0444);
        module_param_cb(text, &param_ops_charp, &text, 0444);
        module_param_call(old, set_old, param_get_short, &old, 0644);
        MODULE_PARM_DESC(checked, "From 0 to 100");
        static int __init c_init(void)
        {
        	static char buffer[32];
        	struct kernel_param some = { .arg = &plain };
        	int length = param_get_ushort(buffer, &some);
        	BUG_ON(length != strlen(buffer) || param_ops_int.get != param_get_int || param_set_ushort("70000", &some) != -EINVAL || param_set_ushort("x", &some) != -EINVAL);
        	printk(KERN_INFO "checked %d in %d calls, plain %u is %s, flag %d, text '%s', old %d\n", checked, calls, plain, strim(buffer), flag, text, old);
        	return 0;
        }
        static void __exit c_exit(void) { }
        module_init(c_init); module_exit(c_exit);
        """;

    [Test]
    public void FunctionsOfTheDriversSetParameters([Values("i386-32", "x86-64-2g")] string profile, [Values] KernelApi api)
    {
        KernelOptions options = new() { Api = api };
        TestKernel kernel = BootC(profile, options: options);
        string code = api == KernelApi.Modern ? Callbacks : Callbacks.Replace("static bool flag", "static int flag", StringComparison.Ordinal);
        CModule module = Module("params", code, kernel.Machine.Profile, options);
        Assert.That(module.Parameters.Single(parameter => parameter.Name == "checked").Description, Is.EqualTo("From 0 to 100"));
        LoadAndUnload(kernel, module);
        Assert.That(kernel.Lines, Does.Contain("checked 5 in 0 calls, plain 0 is 0, flag 0, text 'none', old 0"));
        Assert.That(kernel.Insmod(module, "checked=0x10", "plain=65535", "flag=y", "text=some words", "old=-4"), Is.EqualTo(Errno.Success), () => kernel.LogText);
        kernel.Kernel.Modules.Rmmod("params");
        Assert.That(kernel.Lines, Does.Contain("checked 16 in 1 calls, plain 65535 is 65535, flag 1, text 'some words', old -8"));
        Assert.That(kernel.Insmod(module, "checked=-1"), Is.EqualTo(Errno.EINVAL));
        Assert.That(kernel.Insmod(module, "checked=101"), Is.EqualTo(Errno.ENOSPC));
        Assert.That(kernel.Insmod(module, "plain=-1"), Is.EqualTo(Errno.EINVAL));
        Assert.That(kernel.Lines, Does.Contain("params: `-1' invalid for parameter `checked'").And.Contain("params: `101' too large for parameter `checked'").And.Contain("params: `-1' invalid for parameter `plain'"));
        Assert.That(kernel.Kernel.Modules.Find("params"), Is.Null);
    }

    [Test]
    public void AnotherNameForTheVariable()
    {
        TestKernel kernel = BootC();
        Assert.That(kernel.Insmod(Module("params", Code, kernel.Machine.Profile), "renamed=7"), Is.EqualTo(Errno.Success));
        kernel.Kernel.Modules.Rmmod("params");
        Assert.That(kernel.LogText, Does.Contain("0 0 7 0"));
    }

    [TestCase("a_byte=256", Errno.EINVAL)]
    [TestCase("a_short=32768", Errno.EINVAL)]
    [TestCase("an_int=2147483648", Errno.EINVAL)]
    [TestCase("an_int=x", Errno.EINVAL)]
    [TestCase("an_int=", Errno.EINVAL)]
    [TestCase("a_uint=-1", Errno.EINVAL)]
    [TestCase("a_ulong=4294967296", Errno.EINVAL)]
    [TestCase("a_bool=maybe", Errno.EINVAL)]
    [TestCase("a_bool=o", Errno.EINVAL)]
    [TestCase("a_ullong=18446744073709551616", Errno.EINVAL)]
    [TestCase("a_hexint=-1", Errno.EINVAL)]
    [TestCase("an_array=1,x", Errno.EINVAL)]
    [TestCase("nobody=1", Errno.ENOENT)]
    [TestCase("an_array=1,2,3,4", Errno.ENOEXEC)]
    [TestCase("a_string=eight888", Errno.ENOEXEC)]
    public void ValuesThatDoNotFitAreRefused(string parameter, Errno error)
    {
        TestKernel kernel = BootC();
        Assert.That(kernel.Insmod(Module("params", Code, kernel.Machine.Profile), parameter), Is.EqualTo(error), () => kernel.LogText);
        Assert.That(kernel.Kernel.Modules.Find("params"), Is.Null);
    }

    [TestCase(1024, Errno.Success)]
    [TestCase(1025, Errno.EINVAL)]
    public void ATextOfAsManyCharactersAsLinuxTakes(int length, Errno error)
    {
        TestKernel kernel = BootC();
        Assert.That(kernel.Insmod(Module("params", Code, kernel.Machine.Profile), $"a_charp={new string('x', length)}"), Is.EqualTo(error), () => kernel.LogText);
        if (error == Errno.Success)
            kernel.Kernel.Modules.Rmmod("params");
    }

    [Test]
    public void TheyAreDescribed()
    {
        CModule module = Module("params", Code, TestMachine.Profile());
        Assert.That(module.Parameters, Has.Count.EqualTo(16));
        Assert.That(module.Parameters.Single(parameter => parameter.Name == "a_short").Description, Is.EqualTo("A short one"));
    }
}
