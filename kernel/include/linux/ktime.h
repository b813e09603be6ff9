/* Points in time and spans, in nanoseconds. */
#ifndef _LINUX_KTIME_H
#define _LINUX_KTIME_H

#include <linux/time.h>
#include <linux/jiffies.h>
#include <linux/math64.h>

typedef s64 ktime_t;

#define ktime_get()		((ktime_t)ktime_get_ns())
#define ktime_get_real()	ktime_get()
#define ktime_get_boottime()	ktime_get()

#define ktime_set(seconds, nanoseconds)	((ktime_t)(seconds) * NSEC_PER_SEC + (nanoseconds))
#define ktime_add(a, b)		((a) + (b))
#define ktime_sub(a, b)		((a) - (b))
#define ktime_add_ns(a, ns)	((a) + (s64)(ns))
#define ktime_add_us(a, us)	((a) + (s64)(us) * NSEC_PER_USEC)
#define ktime_add_ms(a, ms)	((a) + (s64)(ms) * NSEC_PER_MSEC)
#define ktime_sub_ns(a, ns)	((a) - (s64)(ns))
#define ktime_to_ns(a)		((s64)(a))
#define ns_to_ktime(ns)		((ktime_t)(ns))
#define ms_to_ktime(ms)		((ktime_t)(ms) * NSEC_PER_MSEC)
#define ktime_to_us(a)		div_s64(a, NSEC_PER_USEC)
#define ktime_to_ms(a)		div_s64(a, NSEC_PER_MSEC)
#define ktime_us_delta(a, b)	ktime_to_us(ktime_sub(a, b))
#define ktime_ms_delta(a, b)	ktime_to_ms(ktime_sub(a, b))

static inline int ktime_compare(ktime_t a, ktime_t b)
{
	return a < b ? -1 : a > b;
}
#define ktime_after(a, b)	((a) > (b))
#define ktime_before(a, b)	((a) < (b))

#endif
