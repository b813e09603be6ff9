using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Memory outside the direct map that came and went between two executions of the same instruction.</summary>
[TestFixture(WatchMode.Tracked), TestFixture(WatchMode.Shadow)]
public sealed class MappingTests(WatchMode watch) : CModuleFixture(watch)
{
    private const string Touch = """
        #include <linux/vmalloc.h>
        static noinline int touch(volatile int *p)
        {
        	*p += 1;
        	return *p;
        }
        """;

    [Test]
    public void VfreedArea_IsGoneForTheCodeThatKnewIt([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        Errno result = kernel.Insmod(Init("""
            	int i, *p = vmalloc(PAGE_SIZE);

            	for (i = 0; i < 100; i++) {
            		*p = i;
            		BUG_ON(touch(p) != i + 1);
            	}
            	vfree(p);
            	printk(KERN_INFO "so far so good\n");
            	touch(p);
            """, kernel.Machine.Profile, Touch));
        Assert.That(result, Is.EqualTo(Errno.EIO), () => kernel.LogText);
        Assert.That(kernel.Lines, Does.Contain("so far so good"));
        Assert.That(kernel.LogText, Does.Contain("BUG: unable to handle kernel paging request at virtual address").And.Contain("touch+0x"));
        ExpectLeftovers();
    }

    [Test]
    public void AreasThatTakeTurns_KeepTheirBytes([Values("i386-32", "x86-64-2g", "ppc64-64k", "m68k-nommu")] string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	int i, k, *p[12], on_stack = 0, *direct = kmalloc(64, GFP_KERNEL);

            	for (i = 0; i < 12; i++)
            		p[i] = vmalloc(PAGE_SIZE), *p[i] = 0;
            	*direct = 0;
            	for (k = 1; k <= 60; k++) {
            		for (i = 0; i < 12; i++)
            			BUG_ON(touch(p[i]) != k);
            		BUG_ON(touch(&on_stack) != k || touch(direct) != k);
            		i = k % 12;		/* this one moves */
            		vfree(p[i]), p[i] = vmalloc(PAGE_SIZE), *p[i] = k;
            	}
            	for (i = 0; i < 12; i++)
            		vfree(p[i]);
            	kfree(direct);
            """, kernel.Machine.Profile, Touch));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }
}
