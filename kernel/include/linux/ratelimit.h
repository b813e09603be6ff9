/* Something that may happen only so often. */
#ifndef _LINUX_RATELIMIT_H
#define _LINUX_RATELIMIT_H

#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/spinlock.h>

#define DEFAULT_RATELIMIT_INTERVAL	(5 * HZ)
#define DEFAULT_RATELIMIT_BURST		10

struct ratelimit_state {
	spinlock_t lock;
	int interval;			/* jiffies; 0 for no limit */
	int burst;			/* how often within it */
	int printed;
	int missed;
	unsigned long begin;		/* of the interval; 0 before the first */
};

#define RATELIMIT_STATE_INIT(name, interval_, burst_) \
	{ .lock = __SPIN_LOCK_UNLOCKED(name.lock), .interval = (interval_), .burst = (burst_) }
#define DEFINE_RATELIMIT_STATE(name, interval, burst) \
	struct ratelimit_state name = RATELIMIT_STATE_INIT(name, interval, burst)

static inline void ratelimit_state_init(struct ratelimit_state *state, int interval, int burst)
{
	*state = (struct ratelimit_state){ .interval = interval, .burst = burst };
	spin_lock_init(&state->lock);
}

/* 1: go on; 0: not now. What was left out is counted, and said when the next interval begins. */
static inline int ___ratelimit(struct ratelimit_state *state, const char *function)
{
	unsigned long flags;
	int missed = 0, is_allowed;

	if (!state->interval)
		return 1;
	spin_lock_irqsave(&state->lock, flags);
	if (!state->begin || time_after(jiffies, state->begin + state->interval)) {
		missed = state->missed;
		state->begin = jiffies ?: 1;
		state->printed = state->missed = 0;
	}
	is_allowed = state->printed < state->burst;
	if (is_allowed)
		state->printed++;
	else
		state->missed++;
	spin_unlock_irqrestore(&state->lock, flags);
	if (missed)
		printk(KERN_WARNING "%s: %d callbacks suppressed\n", function, missed);
	return is_allowed;
}

#define __ratelimit(state)	___ratelimit(state, __func__)

#endif
