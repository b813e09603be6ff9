/* A counter of who uses something. It cannot wrap round: what has gone wrong once stays saturated, and is told. */
#ifndef _LINUX_REFCOUNT_H
#define _LINUX_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n)	{ .refs = ATOMIC_INIT(n) }
#define REFCOUNT_MAX		INT_MAX
#define REFCOUNT_SATURATED	(INT_MIN / 2)

#define __mk_refcount_broken(r, text) do { \
	atomic_set(&(r)->refs, REFCOUNT_SATURATED); \
	WARN_ONCE(1, "refcount_t: " text ".\n"); \
} while (0)

static inline void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

static inline unsigned int refcount_read(const refcount_t *r)
{
	return atomic_read(&r->refs);
}

/* One more user of what nobody uses would be a use of freed memory. */
static inline void refcount_add(int n, refcount_t *r)
{
	int before = atomic_fetch_add(n, &r->refs);

	if (unlikely(before == 0))
		__mk_refcount_broken(r, "addition on 0; use-after-free");
	else if (unlikely(before < 0 || before > INT_MAX - n))
		__mk_refcount_broken(r, "saturated; leaking memory");
}

static inline void refcount_inc(refcount_t *r)
{
	refcount_add(1, r);
}

static inline bool refcount_add_not_zero(int n, refcount_t *r)
{
	int before = atomic_fetch_add_unless(&r->refs, n, 0);

	if (unlikely(before < 0 || before > INT_MAX - n))
		__mk_refcount_broken(r, "saturated; leaking memory");
	return before != 0;
}

static inline bool refcount_inc_not_zero(refcount_t *r)
{
	return refcount_add_not_zero(1, r);
}

/* True for the last one, who has to clear up. */
static inline bool refcount_sub_and_test(int n, refcount_t *r)
{
	int before = atomic_fetch_sub(n, &r->refs);

	if (before == n)
		return true;
	if (unlikely(before < n))
		__mk_refcount_broken(r, "underflow; use-after-free");
	return false;
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	return refcount_sub_and_test(1, r);
}

static inline void refcount_dec(refcount_t *r)
{
	if (unlikely(atomic_fetch_sub(1, &r->refs) <= 1))
		__mk_refcount_broken(r, "decrement hit 0; leaking memory");
}

static inline bool refcount_dec_if_one(refcount_t *r)
{
	return atomic_cmpxchg(&r->refs, 1, 0) == 1;
}

static inline bool refcount_dec_not_one(refcount_t *r)
{
	int before = atomic_fetch_add_unless(&r->refs, -1, 1);

	if (unlikely(before <= 0 && before != REFCOUNT_SATURATED))
		__mk_refcount_broken(r, "underflow; use-after-free");
	return before != 1;
}

/* For the last one, with the lock held; for all others without. */
#define __mk_refcount_dec_and(lock, unlock, r, by) ({ \
	bool __last = !refcount_dec_not_one(r); \
	if (__last) { \
		lock(by); \
		__last = refcount_dec_and_test(r); \
		if (!__last) \
			unlock(by); \
	} \
	__last; })
#define refcount_dec_and_mutex_lock(r, by)	__mk_refcount_dec_and(mutex_lock, mutex_unlock, r, by)
#define refcount_dec_and_lock(r, by)		__mk_refcount_dec_and(spin_lock, spin_unlock, r, by)

#endif
