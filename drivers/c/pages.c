/* A tour of page-sized memory: pages by address and by struct page, the DMA zone, vmalloc. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#define ORDER 2

static unsigned long block;
static struct page *page;
static char *area;

static void give_back(void)
{
	if (area)
		vfree(area);
	if (page)
		__free_page(page);
	if (block)
		free_pages(block, ORDER);
}

static int __init pages_init(void)
{
	block = __get_free_pages(GFP_KERNEL, ORDER);
	page = alloc_page(GFP_KERNEL | GFP_DMA);
	area = vmalloc(3 * PAGE_SIZE);
	if (!block || !page || !area) {
		give_back();
		return -ENOMEM;
	}
	memset(area, 0x5a, 3 * PAGE_SIZE);
	memcpy((void *)block, area, PAGE_SIZE << ORDER < 3 * PAGE_SIZE ? PAGE_SIZE << ORDER : 3 * PAGE_SIZE);
	printk(KERN_INFO "%lu bytes at %p are physical %#lx\n", PAGE_SIZE << ORDER, (void *)block, virt_to_phys((void *)block));
	printk(KERN_INFO "a page for DMA: frame %lu at %p\n", page_to_pfn(page), page_address(page));
	printk(KERN_INFO "3 pages of vmalloc at %p begin with %#x\n", area, area[0]);
	BUG_ON(virt_to_page(page_address(page)) != page);
	return 0;
}

static void __exit pages_exit(void)
{
	give_back();
}

module_init(pages_init);
module_exit(pages_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Pages, and vmalloc");
