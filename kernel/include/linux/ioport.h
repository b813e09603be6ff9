/* Whose a device's ports are. */
#ifndef _LINUX_IOPORT_H
#define _LINUX_IOPORT_H

#include <linux/types.h>

struct resource {
	unsigned long start;
	unsigned long end;
	const char *name;
	unsigned long flags;
};

#define IORESOURCE_IO	0x00000100
#define IORESOURCE_BUSY	0x80000000

/* NULL when somebody has some of them, or there is no memory. */
struct resource *request_region(unsigned long start, unsigned long count, const char *name);
void release_region(unsigned long start, unsigned long count);

#endif
