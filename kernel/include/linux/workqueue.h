/* Something to do soon, or after a delay, in process context: it may sleep. */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/timer.h>
#include <asm/kept.h>

struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	struct __mk_kept kept;
	work_func_t func;
};

struct delayed_work {
	struct work_struct work;
};

#define __WORK_INITIALIZER(name, func)		{ __MK_KEPT_INIT(#name), func }
#define __DELAYED_WORK_INITIALIZER(name, func)	{ __WORK_INITIALIZER(name, func) }
#define DECLARE_WORK(name, func)		struct work_struct name = __WORK_INITIALIZER(name, func)
#define DECLARE_DELAYED_WORK(name, func)	struct delayed_work name = __DELAYED_WORK_INITIALIZER(name, func)

#define __mk_init_work(work, name, func_) do { \
	__mk_keep(&(work)->kept, name); \
	(work)->func = (func_); \
} while (0)
#define INIT_WORK(work, func)			__mk_init_work(work, #work, func)
#define INIT_DELAYED_WORK(delayed, func)	__mk_init_work(&(delayed)->work, #delayed, func)
#define INIT_DELAYED_WORK_DEFERRABLE(delayed, func)	INIT_DELAYED_WORK(delayed, func)

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

struct workqueue_struct;

struct workqueue_struct *create_singlethread_workqueue(const char *name);
void destroy_workqueue(struct workqueue_struct *queue);
void flush_workqueue(struct workqueue_struct *queue);

/* A queue has one thread, on the CPU that made it. */
#define create_workqueue(name)			create_singlethread_workqueue(name)
#define create_freezeable_workqueue(name)	create_singlethread_workqueue(name)
#define alloc_workqueue(name, flags, active)	create_singlethread_workqueue(name)
#define alloc_ordered_workqueue(name, flags)	create_singlethread_workqueue(name)

#define WQ_UNBOUND	0x02
#define WQ_FREEZABLE	0x04
#define WQ_MEM_RECLAIM	0x08
#define WQ_HIGHPRI	0x10

/* The last argument: ticks. A queue that is NULL is the kernel's own, events/N. */
int __mk_queue_work(struct workqueue_struct *queue, struct work_struct *work, unsigned long delay);
int __mk_cancel_work(struct work_struct *work);
int __mk_cancel_delay(struct work_struct *work);
int cancel_work_sync(struct work_struct *work);
int flush_work(struct work_struct *work);
int work_pending(struct work_struct *work);

#define queue_work(queue, work)				__mk_queue_work(queue, work, 0)
#define queue_delayed_work(queue, delayed, delay)	__mk_queue_work(queue, &(delayed)->work, delay)
#define schedule_work(work)				queue_work(NULL, work)
#define schedule_delayed_work(delayed, delay)		queue_delayed_work(NULL, delayed, delay)
#define mod_delayed_work(queue, delayed, delay) ({ \
	int __was = __mk_cancel_work(&(delayed)->work); \
	queue_delayed_work(queue, delayed, delay); \
	__was; })
#define flush_scheduled_work()				flush_workqueue(NULL)
#define system_wq					((struct workqueue_struct *)NULL)

#define cancel_work(work)			__mk_cancel_work(work)
/* 2.6.24 leaves alone what waits for its thread already. */
#ifdef MK_API_2_6_24
#define cancel_delayed_work(delayed)		__mk_cancel_delay(&(delayed)->work)
#else
#define cancel_delayed_work(delayed)		__mk_cancel_work(&(delayed)->work)
#endif
#define cancel_delayed_work_sync(delayed)	cancel_work_sync(&(delayed)->work)
#define cancel_rearming_delayed_work(delayed)	((void)cancel_delayed_work_sync(delayed))
#define delayed_work_pending(delayed)		work_pending(&(delayed)->work)
#define flush_delayed_work(delayed)		flush_work(&(delayed)->work)

#endif
