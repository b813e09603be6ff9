/* Pages, and the flags every allocation takes. */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

#include <linux/types.h>
#include <asm/page.h>

#define __GFP_DMA		0x01u
#define __GFP_HIGHMEM		0x02u
#define __GFP_DMA32		0x04u
#define __GFP_WAIT		0x10u
#define __GFP_HIGH		0x20u
#define __GFP_IO		0x40u
#define __GFP_FS		0x80u
#define __GFP_COLD		0x100u
#define __GFP_NOWARN		0x200u
#define __GFP_REPEAT		0x400u
#define __GFP_NOFAIL		0x800u
#define __GFP_NORETRY		0x1000u
#define __GFP_COMP		0x4000u
#define __GFP_ZERO		0x8000u
#define __GFP_NOMEMALLOC	0x10000u
#define __GFP_HARDWALL		0x20000u
#define __GFP_THISNODE		0x40000u
#define __GFP_RECLAIMABLE	0x80000u
#define __GFP_MOVABLE		0x100000u

#define __GFP_BITS_SHIFT	21
#define __GFP_BITS_MASK		((1 << __GFP_BITS_SHIFT) - 1)

/* Later names. What has no meaning here is no flag. */
#define __GFP_RECLAIM		__GFP_WAIT
#define __GFP_DIRECT_RECLAIM	__GFP_WAIT
#define __GFP_KSWAPD_RECLAIM	0u
#define __GFP_RETRY_MAYFAIL	__GFP_REPEAT
#define __GFP_ATOMIC		0u
#define __GFP_ACCOUNT		0u
#define __GFP_WRITE		0u
#define GFP_KERNEL_ACCOUNT	GFP_KERNEL
#define gfpflags_allow_blocking(flags) (((flags) & __GFP_WAIT) != 0)

#define GFP_NOWAIT		0u
#define GFP_ATOMIC		__GFP_HIGH
#define GFP_NOIO		__GFP_WAIT
#define GFP_NOFS		(__GFP_WAIT | __GFP_IO)
#define GFP_KERNEL		(__GFP_WAIT | __GFP_IO | __GFP_FS)
#define GFP_TEMPORARY		(GFP_KERNEL | __GFP_RECLAIMABLE)
#define GFP_USER		(GFP_KERNEL | __GFP_HARDWALL)
#define GFP_HIGHUSER		(GFP_USER | __GFP_HIGHMEM)
/* A zone alone: whoever may sleep says GFP_KERNEL | GFP_DMA. */
#define GFP_DMA			__GFP_DMA
#define GFP_DMA32		__GFP_DMA32

struct page;

struct page *alloc_pages(gfp_t flags, unsigned int order);
void __free_pages(struct page *page, unsigned int order);
unsigned long __get_free_pages(gfp_t flags, unsigned int order);
unsigned long get_zeroed_page(gfp_t flags);
void free_pages(unsigned long address, unsigned int order);
void *alloc_pages_exact(size_t bytes, gfp_t flags);
void free_pages_exact(void *address, size_t bytes);

#define alloc_page(flags)		alloc_pages(flags, 0)
#define __free_page(page)		__free_pages(page, 0)
#define __get_free_page(flags)		__get_free_pages(flags, 0)
#define __get_dma_pages(flags, order)	__get_free_pages((flags) | GFP_DMA, order)
#define free_page(address)		free_pages(address, 0)
#define alloc_pages_node(node, flags, order) alloc_pages(flags, order)
#define MAX_ORDER			MK_MAX_ORDER
#define NUMA_NO_NODE			(-1)
#define numa_node_id()			0
#define cpu_to_node(cpu)		0

#endif
