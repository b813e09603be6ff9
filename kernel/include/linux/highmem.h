/* Pages that the kernel does not show all the time; those it does have their address anyway. */
#ifndef _LINUX_HIGHMEM_H
#define _LINUX_HIGHMEM_H

#include <linux/mm.h>
#include <linux/string.h>
#include <linux/version.h>
#include <linux/uaccess.h>

/* May sleep: there are few places. */
void *kmap(struct page *page);
void kunmap(struct page *page);

/* A place of this CPU's, until which is left the caller may not sleep: one of these, or the next one since Linux 2.6.37. */
enum km_type {
	KM_BOUNCE_READ, KM_SKB_SUNRPC_DATA, KM_SKB_DATA_SOFTIRQ, KM_USER0, KM_USER1, KM_BIO_SRC_IRQ, KM_BIO_DST_IRQ,
	KM_PTE0, KM_PTE1, KM_IRQ0, KM_IRQ1, KM_SOFTIRQ0, KM_SOFTIRQ1, KM_TYPE_NR
};

void *__mk_kmap_atomic(struct page *page, int type);
void __mk_kunmap_atomic(const void *address, int type);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(2, 6, 37)
#define __mk_kmap_type(type, ...)	(-1)
#else
#define __mk_kmap_type(type, ...)	(type)
#endif
#define __mk_kmap_2(page, type)		__mk_kmap_atomic(page, __mk_kmap_type(type))
#define __mk_kmap_1(page)		__mk_kmap_atomic(page, -1)
#define __mk_kunmap_2(address, type)	__mk_kunmap_atomic(address, __mk_kmap_type(type))
#define __mk_kunmap_1(address)		__mk_kunmap_atomic(address, -1)
#define __mk_kmap_chosen(a, b, chosen, ...)	chosen
#define kmap_atomic(...)	__mk_kmap_chosen(__VA_ARGS__, __mk_kmap_2, __mk_kmap_1, )(__VA_ARGS__)
#define kunmap_atomic(...)	__mk_kmap_chosen(__VA_ARGS__, __mk_kunmap_2, __mk_kunmap_1, )(__VA_ARGS__)

/* A page the kernel shows only when asked. */
#define PageHighMem(page)	(!virt_addr_valid(__mk_direct(page)))
#define __mk_direct(page)	((void *)(PAGE_OFFSET + (page_to_pfn(page) << PAGE_SHIFT)))

static inline void clear_highpage(struct page *page)
{
	void *address = __mk_kmap_atomic(page, -1);

	clear_page(address);
	__mk_kunmap_atomic(address, -1);
}

static inline void copy_highpage(struct page *to, struct page *from)
{
	void *target = __mk_kmap_atomic(to, -1), *source = __mk_kmap_atomic(from, -1);

	copy_page(target, source);
	__mk_kunmap_atomic(source, -1);
	__mk_kunmap_atomic(target, -1);
}

#endif
