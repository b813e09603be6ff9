/* Readers who read again when somebody wrote meanwhile: an odd number says that somebody writes. */
#ifndef _LINUX_SEQLOCK_H
#define _LINUX_SEQLOCK_H

#include <linux/spinlock.h>

typedef struct seqcount {
	unsigned int sequence;
} seqcount_t;

typedef struct {
	struct seqcount seqcount;
	spinlock_t lock;
} seqlock_t;

#define SEQCNT_ZERO(name)	{ 0 }
#define __SEQLOCK_UNLOCKED(name) { { 0 }, __SPIN_LOCK_UNLOCKED(name) }
#define DEFINE_SEQLOCK(name)	seqlock_t name = __SEQLOCK_UNLOCKED(name)
#define seqcount_init(count)	((count)->sequence = 0)
#define seqlock_init(lock)	do { seqcount_init(&(lock)->seqcount); spin_lock_init(&(lock)->lock); } while (0)

/* A writer does not stop here: what is odd has been left odd by the reader's own CPU, and stays so. */
static inline unsigned int read_seqcount_begin(const seqcount_t *count)
{
	unsigned int seen = READ_ONCE(count->sequence);

	BUG_ON(seen & 1);
	smp_rmb();
	return seen;
}

static inline int read_seqcount_retry(const seqcount_t *count, unsigned int start)
{
	smp_rmb();
	return READ_ONCE(count->sequence) != start;
}

static inline void write_seqcount_begin(seqcount_t *count)
{
	count->sequence++;
	smp_wmb();
}

static inline void write_seqcount_end(seqcount_t *count)
{
	smp_wmb();
	count->sequence++;
}

static inline unsigned int read_seqbegin(const seqlock_t *lock)
{
	return read_seqcount_begin(&lock->seqcount);
}

static inline int read_seqretry(const seqlock_t *lock, unsigned int start)
{
	return read_seqcount_retry(&lock->seqcount, start);
}

static inline void write_seqlock(seqlock_t *lock)
{
	spin_lock(&lock->lock);
	write_seqcount_begin(&lock->seqcount);
}

static inline void write_sequnlock(seqlock_t *lock)
{
	write_seqcount_end(&lock->seqcount);
	spin_unlock(&lock->lock);
}

#define write_seqlock_irqsave(lock, flags)	do { local_irq_save(flags); write_seqlock(lock); } while (0)
#define write_sequnlock_irqrestore(lock, flags)	do { write_sequnlock(lock); local_irq_restore(flags); } while (0)
#define write_seqlock_irq(lock)			do { local_irq_disable(); write_seqlock(lock); } while (0)
#define write_sequnlock_irq(lock)		do { write_sequnlock(lock); local_irq_enable(); } while (0)
#define write_seqlock_bh(lock)			do { local_bh_disable(); write_seqlock(lock); } while (0)
#define write_sequnlock_bh(lock)		do { write_sequnlock(lock); local_bh_enable(); } while (0)

#endif
