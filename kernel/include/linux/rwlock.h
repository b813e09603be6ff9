/* Spinlocks for many readers or one writer. */
#ifndef _LINUX_RWLOCK_H
#define _LINUX_RWLOCK_H

#include <linux/spinlock.h>

void __rwlock_init(rwlock_t *lock, const char *name);
void _read_lock(rwlock_t *lock);
void _read_unlock(rwlock_t *lock);
int _read_trylock(rwlock_t *lock);
void _write_lock(rwlock_t *lock);
void _write_unlock(rwlock_t *lock);
int _write_trylock(rwlock_t *lock);

#define rwlock_init(lock)		__rwlock_init(lock, #lock)
#define read_lock(lock)			_read_lock(lock)
#define read_unlock(lock)		_read_unlock(lock)
#define read_trylock(lock)		_read_trylock(lock)
#define write_lock(lock)		_write_lock(lock)
#define write_unlock(lock)		_write_unlock(lock)
#define write_trylock(lock)		_write_trylock(lock)

/* The lock, and what is off meanwhile: interrupts, or timers and tasklets. */
#define read_lock_irqsave(lock, flags)		do { local_irq_save(flags); read_lock(lock); } while (0)
#define read_unlock_irqrestore(lock, flags)	do { read_unlock(lock); local_irq_restore(flags); } while (0)
#define write_lock_irqsave(lock, flags)		do { local_irq_save(flags); write_lock(lock); } while (0)
#define write_unlock_irqrestore(lock, flags)	do { write_unlock(lock); local_irq_restore(flags); } while (0)
#define read_lock_irq(lock)			do { local_irq_disable(); read_lock(lock); } while (0)
#define read_unlock_irq(lock)			do { read_unlock(lock); local_irq_enable(); } while (0)
#define write_lock_irq(lock)			do { local_irq_disable(); write_lock(lock); } while (0)
#define write_unlock_irq(lock)			do { write_unlock(lock); local_irq_enable(); } while (0)
#define read_lock_bh(lock)			do { local_bh_disable(); read_lock(lock); } while (0)
#define read_unlock_bh(lock)			do { read_unlock(lock); local_bh_enable(); } while (0)
#define write_lock_bh(lock)			do { local_bh_disable(); write_lock(lock); } while (0)
#define write_unlock_bh(lock)			do { write_unlock(lock); local_bh_enable(); } while (0)

#endif
