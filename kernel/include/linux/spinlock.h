/* Spinlocks: their holder is atomic until he lets go. The kernel checks who takes and releases them. */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <linux/spinlock_types.h>
#include <linux/preempt.h>
#include <linux/irqflags.h>
#include <linux/atomic.h>
#include <linux/kernel.h>

void __spin_lock_init(spinlock_t *lock, const char *name);
void _spin_lock(spinlock_t *lock);
void _spin_lock_irq(spinlock_t *lock);
void _spin_lock_bh(spinlock_t *lock);
unsigned long _spin_lock_irqsave(spinlock_t *lock);
int _spin_trylock(spinlock_t *lock);
int _spin_trylock_bh(spinlock_t *lock);
void _spin_unlock(spinlock_t *lock);
void _spin_unlock_irq(spinlock_t *lock);
void _spin_unlock_bh(spinlock_t *lock);
void _spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags);
int _spin_is_locked(spinlock_t *lock);

#define spin_lock_init(lock)			__spin_lock_init(lock, #lock)
#define spin_lock(lock)				_spin_lock(lock)
#define spin_lock_irq(lock)			_spin_lock_irq(lock)
#define spin_lock_bh(lock)			_spin_lock_bh(lock)
#define spin_lock_irqsave(lock, flags)		((flags) = _spin_lock_irqsave(lock))
#define spin_lock_nested(lock, subclass)	_spin_lock(lock)
#define spin_lock_irqsave_nested(lock, flags, subclass) spin_lock_irqsave(lock, flags)
#define spin_trylock(lock)			_spin_trylock(lock)
#define spin_trylock_bh(lock)			_spin_trylock_bh(lock)
#define spin_trylock_irq(lock) \
	({ local_irq_disable(); int __got = _spin_trylock(lock); if (!__got) local_irq_enable(); __got; })
#define spin_trylock_irqsave(lock, flags) \
	({ local_irq_save(flags); int __got = _spin_trylock(lock); if (!__got) local_irq_restore(flags); __got; })
#define spin_unlock(lock)			_spin_unlock(lock)
#define spin_unlock_irq(lock)			_spin_unlock_irq(lock)
#define spin_unlock_bh(lock)			_spin_unlock_bh(lock)
#define spin_unlock_irqrestore(lock, flags)	_spin_unlock_irqrestore(lock, flags)
#define spin_is_locked(lock)			_spin_is_locked(lock)
#define spin_can_lock(lock)			(!spin_is_locked(lock))
#define spin_unlock_wait(lock)			BUG_ON(spin_is_locked(lock))
#define assert_spin_locked(lock)		BUG_ON(!spin_is_locked(lock))
#define lockdep_assert_held(lock)		((void)(lock))

#define raw_spin_lock_init(lock)		spin_lock_init(lock)
#define raw_spin_lock(lock)			spin_lock(lock)
#define raw_spin_lock_irq(lock)			spin_lock_irq(lock)
#define raw_spin_lock_bh(lock)			spin_lock_bh(lock)
#define raw_spin_lock_irqsave(lock, flags)	spin_lock_irqsave(lock, flags)
#define raw_spin_trylock(lock)			spin_trylock(lock)
#define raw_spin_unlock(lock)			spin_unlock(lock)
#define raw_spin_unlock_irq(lock)		spin_unlock_irq(lock)
#define raw_spin_unlock_bh(lock)		spin_unlock_bh(lock)
#define raw_spin_unlock_irqrestore(lock, flags)	spin_unlock_irqrestore(lock, flags)
#define raw_spin_is_locked(lock)		spin_is_locked(lock)

/* The last to let go of a counter holds the lock. */
#define atomic_dec_and_lock(counter, lock) ({ \
	int __last = 0; \
	if (!atomic_add_unless(counter, -1, 1)) { \
		spin_lock(lock); \
		__last = atomic_dec_and_test(counter); \
		if (!__last) \
			spin_unlock(lock); \
	} \
	__last; })

#include <linux/rwlock.h>

#endif
