using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>linux/dma-mapping.h and linux/dmapool.h: bus addresses are physical addresses, within the device's mask.</summary>
[TestFixture(WatchMode.Tracked), TestFixture(WatchMode.Shadow)]
public sealed class DmaMappingTests(WatchMode watch) : CModuleFixture(watch)
{
    private const string Headers = """
        #include <linux/dma-mapping.h>
        #include <linux/dmapool.h>
        #include <linux/vmalloc.h>
        static u64 mask __maybe_unused = DMA_BIT_MASK(32);
        static struct device card __maybe_unused = { .kobj = { .name = "card" }, .dma_mask = &mask, .coherent_dma_mask = DMA_BIT_MASK(32) };

        """;

    [TestCaseSource(nameof(Profiles))]
    public void CoherentMemoryLiesWithinTheMask(string profile)
    {
        TestKernel kernel = BootC(profile);
        bool hasLow = kernel.Machine.Profile.DmaLimit is > 0 and <= 1 << 24;
        LoadAndUnload(kernel, Init($$"""
            	dma_addr_t bus = 0;
            	char *p = dma_alloc_coherent(&card, 3 * PAGE_SIZE, &bus, GFP_KERNEL);
            	unsigned int i;
            	BUG_ON(!p || bus != virt_to_phys(p) || (u64)bus + 3 * PAGE_SIZE > 1ULL << 32 || bus % PAGE_SIZE);
            	for (i = 0; i < 3 * PAGE_SIZE; i++)
            		BUG_ON(p[i]);
            	memset(p, 1, 3 * PAGE_SIZE);
            	dma_free_coherent(&card, 3 * PAGE_SIZE, p, bus);
            	BUG_ON(dma_set_mask_and_coherent(&card, DMA_BIT_MASK(24)) || mask != 0xffffff || card.coherent_dma_mask != mask);
            	BUG_ON(dma_set_mask(&card, DMA_BIT_MASK(20)) != -EIO || dma_set_coherent_mask(NULL, ~0ULL) != -EIO || mask != 0xffffff || !dma_supported(&card, ~0ULL));
            	p = dma_alloc_coherent(&card, 100, &bus, GFP_KERNEL{{(hasLow ? "" : " | __GFP_NOWARN")}});
            	BUG_ON({{(hasLow ? "!p" : "0")}});
            	if (p) {
            		BUG_ON(bus + 100 > 1 << 24 || bus != virt_to_phys(p));
            		dma_free_coherent(&card, 100, p, bus);
            	}
            """, kernel.Machine.Profile, Headers));
    }

    [Test]
    public void MappingsFailBeyondTheMask([Values("i386-32", "x86-64-2g")] string profile, [Values] KernelApi api)
    {
        KernelOptions options = new() { Api = api };
        TestKernel kernel = BootC(profile, options: options);
        LoadAndUnload(kernel, Init($$"""
            	char *high = kmalloc(300, GFP_KERNEL), *low = kmalloc(300, GFP_KERNEL | GFP_DMA);
            	struct page *page = alloc_page(GFP_KERNEL);
            	struct scatterlist table[2];
            	dma_addr_t bus = dma_map_single(&card, high, 300, DMA_TO_DEVICE);
            	BUG_ON(virt_to_phys(high) < 1 << 24 || bus != virt_to_phys(high) || dma_mapping_error({{(api == KernelApi.Modern ? "&card, " : "")}}bus));
            	dma_sync_single_for_cpu(&card, bus, 300, DMA_TO_DEVICE);
            	dma_unmap_single(&card, bus, 300, DMA_TO_DEVICE);
            	sg_init_table(table, 2);
            	sg_set_buf(&table[0], low, 300);
            	sg_set_page(&table[1], page, 50, 100);
            	BUG_ON(dma_map_sg(&card, table, 2, DMA_FROM_DEVICE) != 2 || sg_dma_address(&table[0]) != virt_to_phys(low) || sg_dma_address(&table[1]) != page_to_phys(page) + 100);
            	dma_unmap_sg(&card, table, 2, DMA_FROM_DEVICE);
            	BUG_ON(dma_set_mask(&card, DMA_24BIT_MASK));
            	BUG_ON(!dma_mapping_error({{(api == KernelApi.Modern ? "&card, " : "")}}dma_map_single(&card, high, 300, DMA_TO_DEVICE)));
            	BUG_ON(dma_map_sg(&card, table, 2, DMA_FROM_DEVICE) != 0);
            	bus = dma_map_single(&card, low, 300, DMA_BIDIRECTIONAL);
            	BUG_ON(bus != virt_to_phys(low) || bus >= 1 << 24);
            	dma_unmap_single(&card, bus, 300, DMA_BIDIRECTIONAL);
            	kfree(high);
            	kfree(low);
            	__free_page(page);
            """, kernel.Machine.Profile, Headers, options));
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void PoolsGiveSmallBlocks(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	struct dma_pool *pool = dma_pool_create("descriptors", NULL, 40, 32, 0);
            	dma_addr_t bus[20];
            	char *blocks[20];
            	int i, j;
            	BUG_ON(!pool || dma_pool_create("none", NULL, 0, 0, 0));
            	for (i = 0; i < 20; i++) {
            		blocks[i] = i & 1 ? dma_pool_zalloc(pool, GFP_KERNEL, &bus[i]) : dma_pool_alloc(pool, GFP_ATOMIC, &bus[i]);
            		BUG_ON(!blocks[i] || bus[i] != virt_to_phys(blocks[i]) || bus[i] % 32 || bus[i] + 40 > 1 << 24);
            		for (j = 0; (i & 1) && j < 40; j++)
            			BUG_ON(blocks[i][j]);
            		memset(blocks[i], 0xff, 40);
            	}
            	for (i = 0; i < 20; i++)
            		dma_pool_free(pool, blocks[i], bus[i]);
            	dma_pool_destroy(pool);
            """, kernel.Machine.Profile, Headers));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [Test]
    public void WhatIsForgottenIsALeakOfTheDrivers()
    {
        TestKernel kernel = BootC();
        ExpectLeftovers();
        LoadAndUnload(kernel, Init("	dma_addr_t bus; dma_alloc_coherent(NULL, 5000, &bus, GFP_KERNEL); dma_pool_create(\"pool\", NULL, 64, 0, 0);", kernel.Machine.Profile, Headers));
        Assert.That(kernel.LogText, Does.Match(@"test: leaked 1 .*5000 bytes, from test_init\+").And.Match("test: leaked 1 .*pool"));
    }

    [TestCase("dma_pool_destroy((void *)&mask);", @"dma_pool_destroy\(0x[0-9a-f]+\): there is no pool at that address")]
    [TestCase("dma_map_single(&card, &mask, 8, DMA_NONE);", "direction 3 is not a DMA direction")]
    [TestCase("{ void *p = vmalloc(100); dma_map_single(&card, p, 100, DMA_TO_DEVICE); }", "are not in the direct map")]
    public void WrongUseIsTold(string statements, string report)
    {
        TestKernel kernel = BootC();
        ExpectLeftovers();
        Assert.That(kernel.Insmod(Init("\t" + statements, kernel.Machine.Profile, Headers)), Is.Not.EqualTo(Errno.Success));
        Assert.That(kernel.LogText, Does.Match(report));
    }
}
