using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>kernel.api: what Linux has spelled in two ways, on kernels that speak each of them.</summary>
public sealed class ApiTests : CModuleFixture
{
    private static readonly KernelOptions _old = new() { Api = KernelApi.Linux2624 };

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void ConstructorOf2624TakesTheCacheAndTheObject(string profile)
    {
        TestKernel kernel = BootC(profile, options: _old);
        LoadAndUnload(kernel, Init("""
            	void *object;
            	cache = kmem_cache_create("mine", 40, 0, 0, construct);
            	object = kmem_cache_alloc(cache, GFP_KERNEL);
            	BUG_ON(!made || wrong || *(int *)object != 0x600d);
            	kmem_cache_free(cache, object);
            	kmem_cache_destroy(cache);
            """, kernel.Machine.Profile, """
            #include <linux/version.h>
            #if LINUX_VERSION_CODE != KERNEL_VERSION(2, 6, 24)
            #error the headers are of another version
            #endif
            static struct kmem_cache *cache;
            static int made, wrong;
            static void construct(struct kmem_cache *of, void *object)
            {
            	made++;
            	wrong |= of != cache;
            	*(int *)object = 0x600d;
            }
            """, _old));
    }

    [Test]
    public void ModernConstructorTakesTheObject()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("""
            	struct kmem_cache *cache = kmem_cache_create("mine", 40, 0, 0, construct);
            	void *object = kmem_cache_alloc(cache, GFP_KERNEL);
            	BUG_ON(*(int *)object != 0x600d);
            	kmem_cache_free(cache, object);
            	kmem_cache_destroy(cache);
            """, kernel.Machine.Profile, """
            #include <linux/version.h>
            #if LINUX_VERSION_CODE != KERNEL_VERSION(5, 10, 0)
            #error the headers are of another version
            #endif
            static void construct(void *object) { *(int *)object = 0x600d; }
            """));
    }

    [TestCase(KernelApi.Linux2624, KernelApi.Modern, "API is 2.6.24 in the module, modern here")]
    [TestCase(KernelApi.Modern, KernelApi.Linux2624, "API is modern in the module, 2.6.24 here")]
    public void ModuleOfTheOtherApiIsRefused(KernelApi builtFor, KernelApi runsOn, string why)
    {
        byte[] code = Compile("test", "int init_module(void) { return 0; }", TestMachine.Profile("i386-32"), new() { Api = builtFor });
        ElfObject[] objects = [ElfObject.Read("test", code)];
        Assert.That(() => CModule.Create("test", objects, TestMachine.Profile("i386-32"), runsOn), Throws.TypeOf<ElfFormatException>().With.Message.Contains(why));
        TestKernel kernel = BootC(options: new() { Api = runsOn });
        CModule module = CModule.Create("test", objects, kernel.Machine.Profile, builtFor);
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.ENOEXEC));
        Assert.That(kernel.LogText, Does.Contain($"test: it was built for another machine: {why}"));
    }
}
