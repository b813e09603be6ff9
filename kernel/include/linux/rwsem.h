/* A lock that many readers have at once, or one writer. Who comes first is served first. */
#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <asm/kept.h>

struct rw_semaphore {
	struct __mk_kept kept;
};

#define __RWSEM_INITIALIZER(name)	{ __MK_KEPT_INIT(#name) }
#define DECLARE_RWSEM(name)		struct rw_semaphore name = __RWSEM_INITIALIZER(name)
#define init_rwsem(lock)		__mk_keep(&(lock)->kept, #lock)

void down_read(struct rw_semaphore *lock);
int down_read_trylock(struct rw_semaphore *lock);	/* 1 when it is the caller's now */
void up_read(struct rw_semaphore *lock);
void down_write(struct rw_semaphore *lock);
int down_write_trylock(struct rw_semaphore *lock);
void up_write(struct rw_semaphore *lock);
void downgrade_write(struct rw_semaphore *lock);
int rwsem_is_locked(struct rw_semaphore *lock);

#endif
