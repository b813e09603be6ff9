/* Ticks of the clock since power-on. */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <linux/types.h>

#define HZ MK_HZ

extern volatile unsigned long jiffies;

/* Right across the wrap of jiffies. */
#define time_after(a, b)	((long)((b) - (a)) < 0)
#define time_before(a, b)	time_after(b, a)
#define time_after_eq(a, b)	((long)((a) - (b)) >= 0)
#define time_before_eq(a, b)	time_after_eq(b, a)

static inline unsigned long msecs_to_jiffies(unsigned int milliseconds)
{
	return (milliseconds * (unsigned long)HZ + 999) / 1000;
}

static inline unsigned int jiffies_to_msecs(unsigned long ticks)
{
	return ticks * 1000 / HZ;
}

#endif
