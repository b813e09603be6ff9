/* Waiting: the sleeps give the CPU away, the delays do not. */
#ifndef _LINUX_DELAY_H
#define _LINUX_DELAY_H

#include <linux/types.h>

void msleep(unsigned int milliseconds);
unsigned long msleep_interruptible(unsigned int milliseconds);	/* what is left: always 0 */
void usleep_range(unsigned long least, unsigned long most);	/* microseconds, a tick or more */
void __ndelay(unsigned long nanoseconds);
void __udelay(unsigned int microseconds);
void __mdelay(unsigned int milliseconds);

#define ndelay(nanoseconds)	__ndelay(nanoseconds)
#define udelay(microseconds)	__udelay(microseconds)
#define mdelay(milliseconds)	__mdelay(milliseconds)
#define fsleep(microseconds)	usleep_range(microseconds, microseconds)

static inline void ssleep(unsigned int seconds)
{
	msleep(seconds * 1000);
}

#endif
