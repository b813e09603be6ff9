/* A struct page stands for a page frame; what it is made of is the kernel's own. */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/gfp.h>
#include <asm/io.h>

void *page_address(struct page *page);
struct page *virt_to_page(const void *address);
unsigned long page_to_pfn(struct page *page);
struct page *pfn_to_page(unsigned long pfn);
bool virt_addr_valid(const void *address);

#define PAGE_ALIGN(address)		(((address) + PAGE_SIZE - 1) & PAGE_MASK)
#define offset_in_page(pointer)		((unsigned long)(pointer) & ~PAGE_MASK)

static inline unsigned int get_order(unsigned long bytes)
{
	unsigned int order = 0;

	while ((PAGE_SIZE << order) < bytes)
		order++;
	return order;
}

#endif
