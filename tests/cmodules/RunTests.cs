using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>What exports return, against what C itself says or the kernel knows.</summary>
public sealed class RunTests : CModuleFixture
{
    [Test]
    public void AnEntryThatIsDeletedTwice_LeadsToListDel()
    {
        ExpectLeftovers();
        TestKernel kernel = BootC();
        kernel.Insmod(Init("\tlist_del(&entry); list_del(&entry);", kernel.Machine.Profile, "static struct list_head entry = LIST_HEAD_INIT(entry);"));
        Assert.That(kernel.LogText, Does.Match(@" address: 0x(100104|200200) is virtual: below the kernel: .*\n poison: list_del\(\) has written 0x00(100100|200200) "));
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void MemoryCallsReturnWhatTheKernelSays(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	volatile size_t bytes = 100;
            	char *a = kmalloc(bytes, GFP_KERNEL), *b = kzalloc(40, GFP_KERNEL), *c = kcalloc(3, 50, GFP_KERNEL), *v = vmalloc(5000);
            	BUG_ON(!a || !b || !c || !v);
            	memset(a, 'a', 99);
            	a[99] = 0;
            	BUG_ON(b[0] || b[39] || c[149] || strlen(a) != 99);
            	printk(KERN_INFO "%zu %zu %zu\n", ksize(a), ksize(b), ksize(c));
            	a = krealloc(a, 1000, GFP_KERNEL);
            	BUG_ON(strlen(a) != 99 || ksize(a) != 1024);
            	BUG_ON(kmalloc_array((size_t)-1 / 2, 3, GFP_KERNEL));
            	BUG_ON(page_address(virt_to_page(a)) != (void *)((unsigned long)a & PAGE_MASK));
            	BUG_ON(phys_to_virt(virt_to_phys(a)) != a || !virt_addr_valid(a) || virt_addr_valid(v));
            	memcpy(v + 4000, a, 100);
            	BUG_ON(memcmp(v + 4000, a, 100) || memcmp("a", "b", 1) >= 0);
            	vfree(v); kfree(c); kfree(b); kfree(a); kfree(NULL);
            """, kernel.Machine.Profile, "#include <linux/vmalloc.h>"));
        Assert.That(kernel.Lines, Does.Contain("128 64 192"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("spl", "rsp")]
    [TestCase("bpl", "rbp")]
    [TestCase("sil", "rsi")]
    [TestCase("dil", "rdi")]
    [TestCase("r8b", "r8")]
    [TestCase("r11b", "r11")]
    [TestCase("r15b", "r15")]
    public void LowBytesOfAllRegistersCanBeWritten(string low, string whole)
    {
        TestKernel kernel = BootC("x86-64-2g");
        LoadAndUnload(kernel, Init($$"""
            	unsigned long kept, seen;
            	asm volatile("mov %%{{whole}}, %0; xor %k1, %k1; mov %1, %%{{whole}}; movb $0x5a, %%{{low}}; mov %%{{whole}}, %1; mov %0, %%{{whole}}"
            		: "=&a"(kept), "=&b"(seen) : : "memory");
            	printk(KERN_INFO "low byte %lx\n", seen);
            """, kernel.Machine.Profile));
        Assert.That(kernel.Lines, Does.Contain("low byte 5a"));
    }

    [Test]
    public void WideDivisionIsThatOfC()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("""
            	volatile u64 a = 0x123456789abcdef0ULL, b = 0x1234567ULL;
            	volatile s64 c = -1000000000000LL, d = 7;
            	printk(KERN_INFO "%llu %llu %lld %lld\n", a / b, a % b, c / d, c % d);
            """, kernel.Machine.Profile));
        const ulong a = 0x123456789abcdef0, b = 0x1234567;
        const long c = -1000000000000, d = 7;
        Assert.That(kernel.Lines, Does.Contain($"{a / b} {a % b} {c / d} {c % d}"));
    }

    [Test]
    public void ALoopOfCallsThatCostNothing_StillTakesTheTimeOfItsInstructions([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        ulong before = kernel.Machine.Clock.NowNs;
        LoadAndUnload(kernel, Init("""
            	unsigned long start = jiffies;
            	int i;
            	for (i = 0; i < 300000; i++)
            		kfree(NULL);
            	printk(KERN_INFO "moved %d\n", jiffies != start);
            """, kernel.Machine.Profile, "#include <linux/jiffies.h>"));
        Assert.That(kernel.Lines, Does.Contain("moved 1"));
        Assert.That(kernel.Machine.Clock.NowNs - before, Is.GreaterThan(300_000 * 3ul), "a call is three instructions at the least");
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void TimePasses(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	unsigned long start = jiffies, end;
            	msleep(50);
            	printk(KERN_INFO "slept %d\n", (int)(jiffies - start) >= 50);
            	end = jiffies + 3;
            	while (time_before(jiffies, end))
            		;
            	printk(KERN_INFO "waited\n");
            """, kernel.Machine.Profile, "#include <linux/jiffies.h>\n#include <linux/delay.h>"));
        Assert.That(kernel.Lines.Where(line => line.StartsWith("slept", StringComparison.Ordinal) || line == "waited"), Is.EqualTo(new[] { "slept 1", "waited" }));
    }

    // The host's printf is asked the same; %p is the kernel's own, and ends the list.
    [Test]
    public void FormatsAreThoseOfPrintf()
    {
        string[] calls =
        [
            "\"%d %i %u|%5d|%-5d|%05d|%+d|% d\", -1, 2, 3u, 42, 42, 42, 42, 42",
            "\"%x %X %o %#x %#o|%8x|%08x|%-8x|\", 255, 255, 255, 255, 255, 255, 255, 255",
            "\"%s|%10s|%-10s|%.3s|%*s|%-*s|\", \"text\", \"text\", \"text\", \"text\", 8, \"text\", 8, \"text\"",
            "\"%c%c%c|%3c|%-3c|\", 'a', 'b', 'c', 'd', 'e'",
            "\"%ld %lu %lx %lld %llu %llx\", -5L, 5UL, 255UL, -1234567890123LL, 12345678901234567890ULL, 0xdeadbeefcafeULL",
            "\"%hd %hu %hhd %hhu\", (short)-3, (unsigned short)65535, (signed char)-1, (unsigned char)255",
            "\"%zu %zd %%\", (unsigned long)7, (long)-7",
            "\"%.5d|%8.5d|%-8.5d|%.0s|%5.1s|\", 42, 42, 42, \"none\", \"one\"",
        ];
        string host = HostProgram.Printed(calls);
        TestKernel kernel = BootC("x86-64-2g");
        LoadAndUnload(kernel, Init(string.Concat(calls.Select(call => $"\tprintk(KERN_INFO {call});\n")), kernel.Machine.Profile));
        Assert.That(kernel.Lines.TakeLast(calls.Length), Is.EqualTo(host.TrimEnd('\n').Split('\n')));
    }

    [TestCase("i386-32", "00001234")]
    [TestCase("x86-64-2g", "0000000000001234")]
    public void PointersShowAllTheirDigits(string profile, string digits)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("\tprintk(KERN_INFO \"%p %px %pK.\\n\", (void *)0x1234, (void *)0x1234, (void *)0x1234);", kernel.Machine.Profile));
        Assert.That(kernel.Lines, Does.Contain($"{digits} {digits} {digits}."));
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void CachesGiveAndTake(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	struct kmem_cache *cache = kmem_cache_create("mine", 40, 0, 0, NULL);
            	void *one = kmem_cache_alloc(cache, GFP_KERNEL), *two = kmem_cache_zalloc(cache, GFP_ATOMIC);
            	BUG_ON(!one || !two || one == two || *(int *)two);
            	kmem_cache_free(cache, one);
            	BUG_ON(kmem_cache_alloc(cache, GFP_KERNEL) != one);
            	kmem_cache_free(cache, one);
            	kmem_cache_free(cache, two);
            	printk(KERN_INFO "%s %u\n", kmem_cache_name(cache), kmem_cache_size(cache));
            	kmem_cache_destroy(cache);
            """, kernel.Machine.Profile));
        Assert.That(kernel.Lines, Does.Contain("mine 40"));
    }
}
