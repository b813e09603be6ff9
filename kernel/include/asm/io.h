/* Physical addresses, and ports. */
#ifndef _ASM_IO_H
#define _ASM_IO_H

#include <linux/types.h>

unsigned long virt_to_phys(const volatile void *address);
void *phys_to_virt(unsigned long address);

#define __mk_port(suffix, type, reg) \
	static inline type in##suffix(u16 port) \
	{ \
		type value; \
		__asm__ __volatile__("in" #suffix " %w1, %" reg "0" : "=a"(value) : "Nd"(port)); \
		return value; \
	} \
	static inline void out##suffix(type value, u16 port) \
	{ \
		__asm__ __volatile__("out" #suffix " %" reg "0, %w1" : : "a"(value), "Nd"(port)); \
	}
__mk_port(b, u8, "b")
__mk_port(w, u16, "w")
__mk_port(l, u32, "k")
#undef __mk_port

/* With a pause behind it, which no device here needs. */
#define inb_p(port)		inb(port)
#define inw_p(port)		inw(port)
#define inl_p(port)		inl(port)
#define outb_p(value, port)	outb(value, port)
#define outw_p(value, port)	outw(value, port)
#define outl_p(value, port)	outl(value, port)

#endif
