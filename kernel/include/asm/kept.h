/* What a structure begins with beside which the kernel keeps something of its own: who sleeps on it, when it is due. */
#ifndef _ASM_KEPT_H
#define _ASM_KEPT_H

struct __mk_kept {
	unsigned long magic;	/* __MK_KEPT when it was initialized */
	const char *name;	/* what reports call it */
	unsigned long serial;	/* which of all that ever were; 0 before it is used */
};

#define __MK_KEPT	0x6b657074UL
#define __MK_KEPT_INIT(name)	{ __MK_KEPT, name, 0 }

static inline void __mk_keep(struct __mk_kept *kept, const char *name)
{
	kept->magic = __MK_KEPT;
	kept->name = name;
	kept->serial = 0;
}

#endif
