using System.Globalization;
using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>linux/mm.h and linux/highmem.h: references of pages, pages shown for a while, how much memory there is.</summary>
public sealed class PageTests : CModuleFixture
{
    [Test]
    public void PageStaysUntilItsLastUserPutsIt([Values("i386-32", "x86-64-2g")] string profile, [Values(WatchMode.Bare, WatchMode.Tracked, WatchMode.Shadow)] WatchMode watch)
    {
        TestKernel kernel = BootC(profile, watch);
        LoadAndUnload(kernel, Init("""
            	struct page *page = alloc_page(GFP_KERNEL), *large = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);
            	char *p = page_address(page);
            	unsigned long before;
            	BUG_ON(page_count(page) != 1 || page_count(large) != 1);
            	get_page(page);
            	get_page(page);
            	BUG_ON(page_count(page) != 3);
            	__free_page(page);
            	put_page(page);
            	BUG_ON(page_count(page) != 1);
            	memset(p, 'x', PAGE_SIZE);                      /* it is still there */
            	before = nr_free_pages();
            	put_page(page);
            	BUG_ON(page_count(page) != 0);
            	get_page(virt_to_page(page_address(large) + 3 * PAGE_SIZE));
            	BUG_ON(page_count(large) != 2 || page_count(virt_to_page(page_address(large) + PAGE_SIZE)) != 2);
            	put_page(large);
            	memset(page_address(large), 'y', 4 * PAGE_SIZE);
            	put_page(large);
            	BUG_ON(page_count(large) != 0 || nr_free_pages() < before);
            """, kernel.Machine.Profile));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [Test]
    public void PageThatIsFreeCannotBeGot()
    {
        TestKernel kernel = BootC();
        ExpectLeftovers();
        Assert.That(kernel.Insmod(Init("	struct page *page = alloc_page(GFP_KERNEL); put_page(page); get_page(page);", kernel.Machine.Profile)), Is.Not.EqualTo(Errno.Success));
        Assert.That(kernel.LogText, Does.Contain("get_page").And.Contain("BUG"));
    }

    [Test]
    public void PageThatWasGotOnceTooOftenIsALeak()
    {
        TestKernel kernel = BootC();
        ExpectLeftovers();
        LoadAndUnload(kernel, Init("	struct page *page = alloc_page(GFP_KERNEL); get_page(page); __free_page(page);", kernel.Machine.Profile));
        Assert.That(kernel.LogText, Does.Match("test: leaked 1 .*page"));
    }

    [Test]
    public void HighPagesAreShownForAWhile([Values] KernelApi api)
    {
        KernelOptions options = new() { Api = api };
        TestKernel kernel = Boot("i386-highmem", Watch, options: options, cores: new Hal.X86.X86Cores());
        LoadAndUnload(kernel, Init($$"""
            	struct page *high = alloc_page(GFP_HIGHUSER), *other = alloc_page(GFP_HIGHUSER), *low = alloc_page(GFP_KERNEL);
            	char *p, *q;
            	BUG_ON(!PageHighMem(high) || PageHighMem(low) || page_address(high) || kmap(low) != page_address(low));
            	p = kmap(high);
            	memset(p, 'h', PAGE_SIZE);
            	BUG_ON(page_address(high) != p);
            	kunmap(high);
            	kunmap(low);
            	p = {{Atomic("kmap", "high", "KM_USER0", api)}};
            	q = {{Atomic("kmap", "other", "KM_USER1", api)}};
            	BUG_ON(!in_atomic() || p == q || p[5] != 'h');
            	memcpy(q, p, PAGE_SIZE);
            	{{Atomic("kunmap", "q", "KM_USER1", api)}};
            	{{Atomic("kunmap", "p", "KM_USER0", api)}};
            	BUG_ON(in_atomic());
            	clear_highpage(high);
            	copy_highpage(low, other);
            	BUG_ON(*(char *)page_address(low) != 'h');
            	copy_highpage(other, high);
            	q = kmap(other);
            	BUG_ON(q[PAGE_SIZE - 1]);
            	kunmap(other);
            	__free_page(high);
            	__free_page(other);
            	__free_page(low);
            """, kernel.Machine.Profile, "#include <linux/highmem.h>\n#include <linux/hardirq.h>", options));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [Test]
    public void UnmappingWhatNobodyMappedIsABug()
    {
        TestKernel kernel = BootC();
        ExpectLeftovers();
        Assert.That(kernel.Insmod(Init("	kunmap_atomic((void *)16);", kernel.Machine.Profile, "#include <linux/highmem.h>")), Is.Not.EqualTo(Errno.Success));
        Assert.That(kernel.LogText, Does.Contain("kunmap_atomic(0x10): nothing is mapped on this CPU"));
    }

    [TestCase("i386-32")]
    [TestCase("i386-highmem")]
    [TestCase("x86-64-2g")]
    public void MemoryIsWhatMeminfoSays(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	struct sysinfo info;
            	si_meminfo(&info);
            	printk(KERN_INFO "total %lu free %lu high %lu of %lu\n", info.totalram * info.mem_unit / 1024, info.freeram, info.freehigh, info.totalhigh);
            	BUG_ON(info.freeram != nr_free_pages());
            """, kernel.Machine.Profile));
        string total = kernel.Kernel.Proc.Read("meminfo").Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.That(kernel.LogText, Does.Contain(string.Create(CultureInfo.InvariantCulture, $"total {total} free ")));
        Assert.That(kernel.LogText, profile == "i386-highmem" ? Does.Match(@"high [1-9]\d+ of [1-9]\d+") : Does.Contain("high 0 of 0"));
    }

    private static string Atomic(string call, string what, string type, KernelApi api) =>
        api == KernelApi.Modern ? $"{call}_atomic({what})" : $"{call}_atomic({what}, {type})";
}
