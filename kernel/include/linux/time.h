/* The time of day: the clock begins at 0 with the machine, so that a run can be repeated. */
#ifndef _LINUX_TIME_H
#define _LINUX_TIME_H

#include <linux/types.h>

#define MSEC_PER_SEC	1000L
#define USEC_PER_MSEC	1000L
#define NSEC_PER_USEC	1000L
#define NSEC_PER_MSEC	1000000L
#define USEC_PER_SEC	1000000L
#define NSEC_PER_SEC	1000000000L

typedef long time_t;
typedef long long time64_t;

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

struct timeval {
	time_t tv_sec;
	long tv_usec;
};

struct timespec64 {
	time64_t tv_sec;
	long tv_nsec;
};

u64 ktime_get_ns(void);
/* Seconds, and what is left in nanoseconds. */
void getnstimeofday(struct timespec *now);
void do_gettimeofday(struct timeval *now);
unsigned long get_seconds(void);

#define ktime_get_real_ns()	ktime_get_ns()
#define ktime_get_boottime_ns()	ktime_get_ns()
#define ktime_get_real_seconds()	((time64_t)get_seconds())
#define ktime_get_seconds()	((time64_t)get_seconds())

static inline void ktime_get_ts64(struct timespec64 *now)
{
	struct timespec value;

	getnstimeofday(&value);
	now->tv_sec = value.tv_sec;
	now->tv_nsec = value.tv_nsec;
}
#define ktime_get_real_ts64(now)	ktime_get_ts64(now)
#define getnstimeofday64(now)		ktime_get_ts64(now)
#define ktime_get_ts(now)		getnstimeofday(now)

static inline struct timespec current_kernel_time(void)
{
	struct timespec now;

	getnstimeofday(&now);
	return now;
}

#endif
