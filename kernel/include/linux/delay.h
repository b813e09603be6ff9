/* Waiting: msleep gives the CPU away, the delays do not. */
#ifndef _LINUX_DELAY_H
#define _LINUX_DELAY_H

void msleep(unsigned int milliseconds);
void __udelay(unsigned int microseconds);
void __mdelay(unsigned int milliseconds);

#define udelay(microseconds)	__udelay(microseconds)
#define mdelay(milliseconds)	__mdelay(milliseconds)

#endif
