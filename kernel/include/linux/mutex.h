/* A lock that one task at a time has; the others sleep until it is theirs. */
#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <asm/kept.h>

struct mutex {
	struct __mk_kept kept;
};

#define __MUTEX_INITIALIZER(name)	{ __MK_KEPT_INIT(#name) }
#define DEFINE_MUTEX(name)		struct mutex name = __MUTEX_INITIALIZER(name)
#define mutex_init(lock)		__mk_keep(&(lock)->kept, #lock)

/* Whoever uses it afterwards is told so. */
static inline void mutex_destroy(struct mutex *lock)
{
	lock->kept.magic = 0;
}

void mutex_lock(struct mutex *lock);
int mutex_lock_interruptible(struct mutex *lock);
int mutex_trylock(struct mutex *lock);	/* 1 when it is the caller's now */
void mutex_unlock(struct mutex *lock);
int mutex_is_locked(struct mutex *lock);

/* There are no signals here, and one order of locks is as good as another. */
#define mutex_lock_killable(lock)			mutex_lock_interruptible(lock)
#define mutex_lock_nested(lock, subclass)		mutex_lock(lock)
#define mutex_lock_interruptible_nested(lock, subclass)	mutex_lock_interruptible(lock)

#endif
