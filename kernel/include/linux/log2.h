/* Powers of two, of numbers the compiler may know. */
#ifndef _LINUX_LOG2_H
#define _LINUX_LOG2_H

#include <linux/types.h>
#include <linux/bitops.h>

static __always_inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

/* The exponent of the largest power that is not above n; n is not 0. Constant when n is. */
#define ilog2(n)			(63 - __builtin_clzll(n))
#define __rounddown_pow_of_two(n)	(1UL << ilog2(n))
#define rounddown_pow_of_two(n)		__rounddown_pow_of_two(n)
#define roundup_pow_of_two(n)		((n) <= 1 ? 1UL : 1UL << (ilog2((n) - 1) + 1))
#define order_base_2(n)			((n) <= 1 ? 0 : ilog2((n) - 1) + 1)

#endif
