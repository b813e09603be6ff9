/* A struct page stands for a page frame; what it is made of is the kernel's own. */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/pfn.h>
#include <linux/shrinker.h>
#include <linux/string.h>
#include <linux/sysinfo.h>
#include <asm/io.h>

void *page_address(struct page *page);
struct page *virt_to_page(const void *address);
unsigned long page_to_pfn(struct page *page);
struct page *pfn_to_page(unsigned long pfn);
bool virt_addr_valid(const void *address);

#define page_to_phys(page)		((phys_addr_t)page_to_pfn(page) << PAGE_SHIFT)
#define phys_to_page(address)		pfn_to_page((address) >> PAGE_SHIFT)
#define virt_to_pfn(address)		(virt_to_phys(address) >> PAGE_SHIFT)
#define virt_to_head_page(address)	virt_to_page(address)
#define pfn_valid(pfn)			((pfn) < __max_pfn)
#define pfn_to_kaddr(pfn)		__va((phys_addr_t)(pfn) << PAGE_SHIFT)
#define lowmem_page_address(page)	page_address(page)
extern const unsigned long __max_pfn;
extern void *const high_memory;
#define max_pfn				__max_pfn

#define clear_page(address)		memset(address, 0, PAGE_SIZE)
#define copy_page(to, from)		memcpy(to, from, PAGE_SIZE)

/* Who uses a page says so, and the last one to put it frees it; of a compound page it is the whole that is meant. */
void get_page(struct page *page);
void put_page(struct page *page);
int page_count(struct page *page);

/* What there is and what is free, in pages. */
void si_meminfo(struct sysinfo *info);
unsigned long nr_free_pages(void);

/* kmalloc, or vmalloc where no class is large enough or no pages lie together. */
void *kvmalloc(size_t size, gfp_t flags);
void kvfree(const void *address);
#define kvzalloc(size, flags)		kvmalloc(size, (flags) | __GFP_ZERO)
#define kvmalloc_node(size, flags, node) kvmalloc(size, flags)
#define kvmalloc_array(count, size, flags) kvmalloc(array_size(count, size), flags)
#define kvcalloc(count, size, flags)	kvzalloc(array_size(count, size), flags)

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
