using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Hal.X86;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Damaged images through the whole loader: refused with everything back, or run as what they have become, which harms nobody.</summary>
public sealed class FuzzTests : CModuleFixture
{
    private static readonly KernelOptions _options = new() { InstructionBudget = 20_000 };

    [TestCase("lab-4m", 1)]
    [TestCase("x86-64-2g", 2)]
    public void DamagedImagesAreRefusedOrHarmless(string name, int seed) => Load(name, WatchMode.Tracked, seed, 1000);

    [TestCase("lab-4m", 3)]
    [TestCase("x86-64-2g", 4)]
    [Explicit("a hundred thousand images: a quarter of an hour")]
    public void ManyMoreDamagedImages(string name, int seed) => Load(name, WatchMode.Tracked, seed, 25_000);

    [TestCase("lab-4m", 5)]
    [TestCase("m68k-nommu", 6)]
    [Explicit("the rest of them")]
    public void ManyMoreDamagedImages_InShadowMode(string name, int seed) => Load(name, WatchMode.Shadow, seed, 25_000);

    private void Load(string name, WatchMode watch, int seed, int images)
    {
        HardwareProfile profile = TestMachine.Profile(name);
        byte[] original = Compile("test", """
            static int value = 3; module_param(value, int, 0);
            static int (*table[])(const char *, ...) = { printk, printk };
            static int __init t_init(void) { void *p = kmalloc(100, GFP_KERNEL); table[value & 1]("%s %p\n", "hello", p); kfree(p); return 0; }
            static void __exit t_exit(void) { printk("bye\n"); }
            module_init(t_init); module_exit(t_exit); MODULE_LICENSE("MIT"); EXPORT_SYMBOL(table);
            """, profile);
        Random random = new(seed);
        TestKernel kernel = Fresh(name, watch);
        MemoryCensus before = kernel.TakeCensus();
        (int refused, int ran) = (0, 0);
        for (int i = 0; i < images; i++)
        {
            if (Load(kernel, Damage(original, random), profile))
            {
                refused++;
                continue;
            }
            ran++;                                          // it may have written anywhere in simulated memory
            kernel.Dispose();
            kernel = Fresh(name, watch);
        }
        kernel.TakeCensus().AssertSameAs(before);
        kernel.Dispose();
        Assert.That(refused, Is.GreaterThan(images / 10));
        Assert.That(ran, Is.GreaterThan(images / 10));
    }

    private static TestKernel Fresh(string profile, WatchMode watch) => new(profile, watch, options: _options, cores: new X86Cores());

    // True when it was refused before any of its code ran.
    private static bool Load(TestKernel kernel, byte[] image, HardwareProfile profile)
    {
        try
        {
            CModule module = CModule.Create("test", [ElfObject.Read("test", image)], profile);
            Errno error = kernel.Insmod(module);
            if (error == Errno.Success)
                kernel.Kernel.Modules.Rmmod("test");
            return error is Errno.ENOEXEC or Errno.ENOENT;
        }
        catch (ElfFormatException)
        {
            return true;
        }
        catch (KernelPanicException)
        {
            return false;
        }
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        byte[] image = [.. original];
        for (int count = random.Next(1, 5); count > 0; count--)
            image[random.Next(image.Length)] = random.Next(3) switch { 0 => 0, 1 => 0xff, _ => (byte)random.Next(256) };
        return random.Next(20) == 0 ? image[..random.Next(image.Length)] : image;
    }
}
