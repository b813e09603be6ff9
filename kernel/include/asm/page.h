#ifndef _ASM_PAGE_H
#define _ASM_PAGE_H

#define PAGE_SHIFT	MK_PAGE_SHIFT
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))

#endif
