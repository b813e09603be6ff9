/* Locks for short sections in which nobody sleeps, as CONFIG_DEBUG_SPINLOCK has them. */
#ifndef _LINUX_SPINLOCK_TYPES_H
#define _LINUX_SPINLOCK_TYPES_H

#include <linux/types.h>

#define SPINLOCK_MAGIC		0xdead4ead
#define RWLOCK_MAGIC		0xdeaf1eed
#define SPINLOCK_OWNER_INIT	((void *)-1L)

/* slock is 1 while it is free; readers and a writer are kept likewise. */
typedef struct spinlock {
	unsigned int slock;
	unsigned int magic;
	unsigned int owner_cpu;
	void *owner;
} spinlock_t;

typedef spinlock_t raw_spinlock_t;

typedef struct {
	unsigned int lock;
	unsigned int magic;
	unsigned int owner_cpu;
	void *owner;
} rwlock_t;

#define __SPIN_LOCK_UNLOCKED(name)	{ 1, SPINLOCK_MAGIC, -1, SPINLOCK_OWNER_INIT }
#define __RW_LOCK_UNLOCKED(name)	{ RW_LOCK_BIAS, RWLOCK_MAGIC, -1, SPINLOCK_OWNER_INIT }
/* Less 1 for each reader, and 0 for a writer. */
#define RW_LOCK_BIAS			0x01000000

#define DEFINE_SPINLOCK(name)		spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_RAW_SPINLOCK(name)	raw_spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_RWLOCK(name)		rwlock_t name = __RW_LOCK_UNLOCKED(name)
#ifdef MK_API_2_6_24
#define SPIN_LOCK_UNLOCKED		(spinlock_t)__SPIN_LOCK_UNLOCKED(old_style)
#define RW_LOCK_UNLOCKED		(rwlock_t)__RW_LOCK_UNLOCKED(old_style)
#endif

#endif
