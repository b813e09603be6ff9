/* A count that tasks take from, sleeping while it is 0. */
#ifndef _LINUX_SEMAPHORE_H
#define _LINUX_SEMAPHORE_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <asm/kept.h>

struct semaphore {
	struct __mk_kept kept;
	unsigned int count;
};

#define __SEMAPHORE_INITIALIZER(name, count)	{ __MK_KEPT_INIT(#name), count }
#define DEFINE_SEMAPHORE(name)			struct semaphore name = __SEMAPHORE_INITIALIZER(name, 1)
#define DECLARE_MUTEX(name)			DEFINE_SEMAPHORE(name)
#define DECLARE_MUTEX_LOCKED(name)		struct semaphore name = __SEMAPHORE_INITIALIZER(name, 0)

#define sema_init(semaphore, value) do { \
	__mk_keep(&(semaphore)->kept, #semaphore); \
	(semaphore)->count = (value); \
} while (0)
#define init_MUTEX(semaphore)		sema_init(semaphore, 1)
#define init_MUTEX_LOCKED(semaphore)	sema_init(semaphore, 0)

void down(struct semaphore *semaphore);
int down_interruptible(struct semaphore *semaphore);
int down_trylock(struct semaphore *semaphore);	/* 0 when one was taken */
int down_timeout(struct semaphore *semaphore, long ticks);
void up(struct semaphore *semaphore);

#define down_killable(semaphore) down_interruptible(semaphore)

#endif
