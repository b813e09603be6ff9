/* Tasks of a driver's own. */
#ifndef _LINUX_KTHREAD_H
#define _LINUX_KTHREAD_H

#include <linux/types.h>
#include <linux/err.h>
#include <linux/sched.h>

/* It sleeps until it is woken for the first time. */
struct task_struct *kthread_create(int (*function)(void *data), void *data, const char *name, ...) __printf(3, 4);
void kthread_bind(struct task_struct *task, unsigned int cpu);
int kthread_stop(struct task_struct *task);	/* what its function returned; -EINTR when it never ran */
int kthread_should_stop(void);

#define kthread_run(function, data, name, ...) ({ \
	struct task_struct *__task = kthread_create(function, data, name, ##__VA_ARGS__); \
	if (!IS_ERR(__task)) \
		wake_up_process(__task); \
	__task; })

#endif
