/* Ticks of the clock since power-on. */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/time.h>

#define HZ MK_HZ

extern volatile unsigned long jiffies;
extern volatile u64 jiffies_64;

#define MAX_JIFFY_OFFSET ((LONG_MAX >> 1) - 1)

static inline u64 get_jiffies_64(void)
{
	return jiffies_64;
}

/* Right across the wrap of jiffies. */
#define time_after(a, b)	((long)((b) - (a)) < 0)
#define time_before(a, b)	time_after(b, a)
#define time_after_eq(a, b)	((long)((a) - (b)) >= 0)
#define time_before_eq(a, b)	time_after_eq(b, a)
#define time_in_range(a, from, to)	(time_after_eq(a, from) && time_before_eq(a, to))
#define time_in_range_open(a, from, to)	(time_after_eq(a, from) && time_before(a, to))
#define time_is_before_jiffies(a)	time_after(jiffies, a)
#define time_is_after_jiffies(a)	time_before(jiffies, a)
#define time_is_before_eq_jiffies(a)	time_after_eq(jiffies, a)
#define time_is_after_eq_jiffies(a)	time_before_eq(jiffies, a)
#define time_after64(a, b)	((s64)((b) - (a)) < 0)
#define time_before64(a, b)	time_after64(b, a)

/* To ticks everything is rounded up: nobody waits for less than was asked for. */
static inline unsigned long msecs_to_jiffies(unsigned int milliseconds)
{
	return (milliseconds * (unsigned long)HZ + 999) / 1000;
}

static inline unsigned long usecs_to_jiffies(unsigned int microseconds)
{
	return microseconds / (1000000 / HZ) + (microseconds % (1000000 / HZ) != 0);
}

static inline unsigned int jiffies_to_msecs(unsigned long ticks)
{
	return ticks * 1000 / HZ;
}

static inline unsigned int jiffies_to_usecs(unsigned long ticks)
{
	return ticks * (1000000 / HZ);
}

static inline unsigned long timespec_to_jiffies(const struct timespec *value)
{
	return value->tv_sec * HZ + (value->tv_nsec + (NSEC_PER_SEC / HZ) - 1) / (NSEC_PER_SEC / HZ);
}

static inline void jiffies_to_timespec(unsigned long ticks, struct timespec *value)
{
	value->tv_sec = ticks / HZ;
	value->tv_nsec = ticks % HZ * (NSEC_PER_SEC / HZ);
}

#endif
