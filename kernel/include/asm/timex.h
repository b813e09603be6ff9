/* The processor's counter of time. */
#ifndef _ASM_TIMEX_H
#define _ASM_TIMEX_H

typedef unsigned long long cycles_t;

static inline cycles_t get_cycles(void)
{
	unsigned int low, high;

	__asm__ __volatile__("rdtsc" : "=a"(low), "=d"(high));
	return ((cycles_t)high << 32) | low;
}

#endif
