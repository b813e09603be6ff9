#ifndef _ASM_PAGE_H
#define _ASM_PAGE_H

#define PAGE_SHIFT	MK_PAGE_SHIFT
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))

/* Where all of physical memory is seen. */
extern const unsigned long __page_offset;
#define PAGE_OFFSET	__page_offset
#define __pa(address)	virt_to_phys((const volatile void *)(address))
#define __va(address)	phys_to_virt((unsigned long)(address))
unsigned long virt_to_phys(const volatile void *address);
void *phys_to_virt(unsigned long address);

#endif
