/* Sleeping until something is true. Whoever makes it true wakes the queue. */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/spinlock.h>
#include <linux/sched.h>
#include <asm/kept.h>

struct wait_queue_head {
	struct __mk_kept kept;
	spinlock_t lock;	/* for those who call __wake_up_locked() and the like; the other functions take it themselves */
};
typedef struct wait_queue_head wait_queue_head_t;

struct wait_queue_entry;
typedef int (*wait_queue_func_t)(struct wait_queue_entry *entry, unsigned int mode, int sync, void *key);

/* A sleeper. The queue knows it by its address, so it stays where it is until it is taken off. */
struct wait_queue_entry {
	unsigned int flags;
	void *private;
	wait_queue_func_t func;
};
typedef struct wait_queue_entry wait_queue_t;
typedef struct wait_queue_entry wait_queue_entry_t;

#define WQ_FLAG_EXCLUSIVE 1

#define __WAIT_QUEUE_HEAD_INITIALIZER(name)	{ __MK_KEPT_INIT(#name), __SPIN_LOCK_UNLOCKED(name.lock) }
#define DECLARE_WAIT_QUEUE_HEAD(name)		wait_queue_head_t name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name)	DECLARE_WAIT_QUEUE_HEAD(name)
#define init_waitqueue_head(q) do { \
	__mk_keep(&(q)->kept, #q); \
	spin_lock_init(&(q)->lock); \
} while (0)

#define __WAITQUEUE_INITIALIZER(name, task)	{ 0, task, NULL }
#define DECLARE_WAITQUEUE(name, task)		wait_queue_t name = __WAITQUEUE_INITIALIZER(name, task)
#define DEFINE_WAIT(name)			DECLARE_WAITQUEUE(name, current)
#define init_wait(entry)			init_waitqueue_entry(entry, current)

static inline void init_waitqueue_entry(wait_queue_t *entry, struct task_struct *task)
{
	entry->flags = 0;
	entry->private = task;
	entry->func = NULL;
}

int waitqueue_active(wait_queue_head_t *q);
void add_wait_queue(wait_queue_head_t *q, wait_queue_t *entry);
void add_wait_queue_exclusive(wait_queue_head_t *q, wait_queue_t *entry);
void remove_wait_queue(wait_queue_head_t *q, wait_queue_t *entry);
void prepare_to_wait(wait_queue_head_t *q, wait_queue_t *entry, int state);
void prepare_to_wait_exclusive(wait_queue_head_t *q, wait_queue_t *entry, int state);
void finish_wait(wait_queue_head_t *q, wait_queue_t *entry);

#define wq_has_sleeper(q)		waitqueue_active(q)

/* With the queue's lock held. */
void __add_wait_queue(wait_queue_head_t *q, wait_queue_t *entry);
void __add_wait_queue_exclusive(wait_queue_head_t *q, wait_queue_t *entry);
void __remove_wait_queue(wait_queue_head_t *q, wait_queue_t *entry);
#define __add_wait_queue_tail(q, entry)			__add_wait_queue(q, entry)
#define __add_wait_queue_entry_tail(q, entry)		__add_wait_queue(q, entry)
#define __add_wait_queue_tail_exclusive(q, entry)	__add_wait_queue_exclusive(q, entry)

/* Wakes those that sleep in one of the states: all that are not exclusive, and so many that are; 0 is all of them. */
void __wake_up(wait_queue_head_t *q, unsigned int states, int exclusive);
void __wake_up_locked(wait_queue_head_t *q, unsigned int states, int exclusive);

#define wake_up(q)			__wake_up(q, TASK_NORMAL, 1)
#define wake_up_nr(q, exclusive)	__wake_up(q, TASK_NORMAL, exclusive)
#define wake_up_all(q)			__wake_up(q, TASK_NORMAL, 0)
#define wake_up_sync(q)			wake_up(q)
#define wake_up_locked(q)		__wake_up_locked(q, TASK_NORMAL, 1)
#define wake_up_all_locked(q)		__wake_up_locked(q, TASK_NORMAL, 0)
#define wake_up_poll(q, events)		wake_up(q)
#define wake_up_interruptible(q)		__wake_up(q, TASK_INTERRUPTIBLE, 1)
#define wake_up_interruptible_nr(q, exclusive)	__wake_up(q, TASK_INTERRUPTIBLE, exclusive)
#define wake_up_interruptible_all(q)		__wake_up(q, TASK_INTERRUPTIBLE, 0)
#define wake_up_interruptible_sync(q)		wake_up_interruptible(q)
#define wake_up_interruptible_poll(q, events)	wake_up_interruptible(q)

/* The condition is the driver's own code: it is looked at before each sleep, with the task on the queue already, so that
   no wake-up is lost. */
#define __mk_wait(q, condition, prepare, state, sleep) do { \
	DEFINE_WAIT(__entry); \
	for (;;) { \
		prepare(&(q), &__entry, state); \
		if (condition) \
			break; \
		sleep; \
	} \
	finish_wait(&(q), &__entry); \
} while (0)

/* What is left of the time: at least 1 when the condition holds, 0 when it does not. */
#define __mk_wait_timeout(q, condition, state, ticks) ({ \
	long __left = (ticks); \
	bool __holds = false; \
	__mk_wait(q, (__holds = !!(condition)) || !__left, prepare_to_wait, state, __left = schedule_timeout(__left)); \
	__holds && !__left ? 1 : __left; })

#define wait_event(q, condition) do { \
	if (!(condition)) \
		__mk_wait(q, condition, prepare_to_wait, TASK_UNINTERRUPTIBLE, schedule()); \
} while (0)
#define wait_event_timeout(q, condition, ticks)	__mk_wait_timeout(q, condition, TASK_UNINTERRUPTIBLE, ticks)

/* There are no signals here: nobody is interrupted. */
#define wait_event_interruptible(q, condition) ({ \
	if (!(condition)) \
		__mk_wait(q, condition, prepare_to_wait, TASK_INTERRUPTIBLE, schedule()); \
	0; })
#define wait_event_interruptible_exclusive(q, condition) ({ \
	if (!(condition)) \
		__mk_wait(q, condition, prepare_to_wait_exclusive, TASK_INTERRUPTIBLE, schedule()); \
	0; })
#define wait_event_interruptible_timeout(q, condition, ticks) \
	__mk_wait_timeout(q, condition, TASK_INTERRUPTIBLE, ticks)
#define wait_event_killable(q, condition)	({ wait_event(q, condition); 0; })

/* Called with a lock held, which is let go of while the task sleeps. */
#define wait_event_lock_irq(q, condition, lock) do { \
	if (!(condition)) \
		__mk_wait(q, condition, prepare_to_wait, TASK_UNINTERRUPTIBLE, \
			({ spin_unlock_irq(&(lock)); schedule(); spin_lock_irq(&(lock)); })); \
} while (0)

/* The same with the queue's own lock. */
#define __mk_wait_locked(q, condition, let_go, take) ({ \
	if (!(condition)) { \
		DEFINE_WAIT(__entry); \
		__add_wait_queue(&(q), &__entry); \
		for (;;) { \
			set_current_state(TASK_INTERRUPTIBLE); \
			if (condition) \
				break; \
			let_go(&(q).lock); \
			schedule(); \
			take(&(q).lock); \
		} \
		__remove_wait_queue(&(q), &__entry); \
		__set_current_state(TASK_RUNNING); \
	} \
	0; })
#define wait_event_interruptible_locked(q, condition)	__mk_wait_locked(q, condition, spin_unlock, spin_lock)
#define wait_event_interruptible_locked_irq(q, condition) __mk_wait_locked(q, condition, spin_unlock_irq, spin_lock_irq)

#endif
