/* Memory that lies together in addresses alone. */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/types.h>

void *vmalloc(unsigned long bytes);
void *vzalloc(unsigned long bytes);
void vfree(const void *address);
#define vmalloc_node(bytes, node)	vmalloc(bytes)
#define vzalloc_node(bytes, node)	vzalloc(bytes)
#define vmalloc_32(bytes)		vmalloc(bytes)
#define vmalloc_user(bytes)		vzalloc(bytes)
bool is_vmalloc_addr(const void *address);
struct page *vmalloc_to_page(const void *address);
#define vmalloc_to_pfn(address)		page_to_pfn(vmalloc_to_page(address))

/* Rights are those of the kernel: what a page is mapped with is not looked at. */
typedef struct {
	unsigned long pgprot;
} pgprot_t;
#define __pgprot(bits)			((pgprot_t) { (bits) })
#define pgprot_val(right)		((right).pgprot)
#define PAGE_KERNEL			__pgprot(0x163)
#define PAGE_KERNEL_RO			__pgprot(0x161)
#define PAGE_KERNEL_EXEC		__pgprot(0x163)

void *__mk_vmalloc(unsigned long bytes, gfp_t flags);
#ifdef MK_API_2_6_24
#define __vmalloc(bytes, flags, right)	((void)(right), __mk_vmalloc(bytes, flags))
#else
#define __vmalloc(bytes, flags)		__mk_vmalloc(bytes, flags)
#endif

extern const unsigned long __vmalloc_start, __vmalloc_end;
#define VMALLOC_START			__vmalloc_start
#define VMALLOC_END			__vmalloc_end
#define VMALLOC_TOTAL			(VMALLOC_END - VMALLOC_START)

#endif
