/* Counters that any CPU may change at any time: each change is one locked instruction. */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/cmpxchg.h>

#define ATOMIC_INIT(i)		{ (i) }
#define ATOMIC64_INIT(i)	{ (i) }

/* Every function of a counter there is, for atomic_t and for a counter of another size. */
#define __MK_ATOMIC(name, counter_t, type) \
static __always_inline type name##_read(const counter_t *v) { return READ_ONCE(v->counter); } \
static __always_inline void name##_set(counter_t *v, type i) { WRITE_ONCE(v->counter, i); } \
static __always_inline void name##_add(type i, counter_t *v) { __atomic_fetch_add(&v->counter, i, __ATOMIC_SEQ_CST); } \
static __always_inline void name##_sub(type i, counter_t *v) { __atomic_fetch_sub(&v->counter, i, __ATOMIC_SEQ_CST); } \
static __always_inline void name##_inc(counter_t *v) { name##_add(1, v); } \
static __always_inline void name##_dec(counter_t *v) { name##_sub(1, v); } \
static __always_inline void name##_and(type i, counter_t *v) { __atomic_fetch_and(&v->counter, i, __ATOMIC_SEQ_CST); } \
static __always_inline void name##_or(type i, counter_t *v) { __atomic_fetch_or(&v->counter, i, __ATOMIC_SEQ_CST); } \
static __always_inline void name##_xor(type i, counter_t *v) { __atomic_fetch_xor(&v->counter, i, __ATOMIC_SEQ_CST); } \
static __always_inline type name##_add_return(type i, counter_t *v) { return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST); } \
static __always_inline type name##_sub_return(type i, counter_t *v) { return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST); } \
static __always_inline type name##_fetch_add(type i, counter_t *v) { return __atomic_fetch_add(&v->counter, i, __ATOMIC_SEQ_CST); } \
static __always_inline type name##_fetch_sub(type i, counter_t *v) { return __atomic_fetch_sub(&v->counter, i, __ATOMIC_SEQ_CST); } \
static __always_inline type name##_fetch_or(type i, counter_t *v) { return __atomic_fetch_or(&v->counter, i, __ATOMIC_SEQ_CST); } \
static __always_inline type name##_fetch_and(type i, counter_t *v) { return __atomic_fetch_and(&v->counter, i, __ATOMIC_SEQ_CST); } \
static __always_inline type name##_xchg(counter_t *v, type new) { return xchg(&v->counter, new); } \
static __always_inline type name##_cmpxchg(counter_t *v, type old, type new) { return cmpxchg(&v->counter, old, new); } \
__MK_ATOMIC_TESTS(name, counter_t, type)

/* Made of the above. */
#define __MK_ATOMIC_TESTS(name, counter_t, type) \
static __always_inline type name##_inc_return(counter_t *v) { return name##_add_return(1, v); } \
static __always_inline type name##_dec_return(counter_t *v) { return name##_sub_return(1, v); } \
static __always_inline bool name##_sub_and_test(type i, counter_t *v) { return name##_sub_return(i, v) == 0; } \
static __always_inline bool name##_dec_and_test(counter_t *v) { return name##_sub_return(1, v) == 0; } \
static __always_inline bool name##_inc_and_test(counter_t *v) { return name##_add_return(1, v) == 0; } \
static __always_inline bool name##_add_negative(type i, counter_t *v) { return name##_add_return(i, v) < 0; } \
static inline type name##_fetch_add_unless(counter_t *v, type i, type unless) \
{ \
	type seen = name##_read(v), was; \
	while (seen != unless && (was = name##_cmpxchg(v, seen, seen + i)) != seen) \
		seen = was; \
	return seen; \
} \
static inline bool name##_add_unless(counter_t *v, type i, type unless) { return name##_fetch_add_unless(v, i, unless) != unless; } \
static inline bool name##_inc_not_zero(counter_t *v) { return name##_add_unless(v, 1, 0); } \
static inline type name##_dec_if_positive(counter_t *v) \
{ \
	type seen = name##_read(v), was; \
	while (seen > 0 && (was = name##_cmpxchg(v, seen, seen - 1)) != seen) \
		seen = was; \
	return seen - 1; \
}

__MK_ATOMIC(atomic, atomic_t, int)

#if BITS_PER_LONG == 64

__MK_ATOMIC(atomic64, atomic64_t, s64)

typedef atomic64_t atomic_long_t;
#define __mk_long(function) atomic64_##function

#else

/* 64 bits at once are an exchange of 8 bytes here: all is made of that. */
#define __MK_ATOMIC64(what, result) ({ \
	s64 __old, __seen = v->counter; \
	do { \
		__old = __seen; \
		__seen = cmpxchg64(&v->counter, __old, (what)); \
	} while (__seen != __old); \
	(result); })

static inline s64 atomic64_cmpxchg(atomic64_t *v, s64 old, s64 new) { return cmpxchg64(&v->counter, old, new); }
static inline s64 atomic64_read(const atomic64_t *v) { return cmpxchg64((s64 *)&v->counter, 0, 0); }
static inline s64 atomic64_xchg(atomic64_t *v, s64 new) { return __MK_ATOMIC64(new, __old); }
static inline void atomic64_set(atomic64_t *v, s64 i) { atomic64_xchg(v, i); }
static inline s64 atomic64_add_return(s64 i, atomic64_t *v) { return __MK_ATOMIC64(__old + i, __old + i); }
static inline s64 atomic64_sub_return(s64 i, atomic64_t *v) { return __MK_ATOMIC64(__old - i, __old - i); }
static inline s64 atomic64_fetch_add(s64 i, atomic64_t *v) { return __MK_ATOMIC64(__old + i, __old); }
static inline s64 atomic64_fetch_sub(s64 i, atomic64_t *v) { return __MK_ATOMIC64(__old - i, __old); }
static inline s64 atomic64_fetch_or(s64 i, atomic64_t *v) { return __MK_ATOMIC64(__old | i, __old); }
static inline s64 atomic64_fetch_and(s64 i, atomic64_t *v) { return __MK_ATOMIC64(__old & i, __old); }
static inline void atomic64_and(s64 i, atomic64_t *v) { __MK_ATOMIC64(__old & i, (void)0); }
static inline void atomic64_or(s64 i, atomic64_t *v) { __MK_ATOMIC64(__old | i, (void)0); }
static inline void atomic64_xor(s64 i, atomic64_t *v) { __MK_ATOMIC64(__old ^ i, (void)0); }
static inline void atomic64_add(s64 i, atomic64_t *v) { atomic64_add_return(i, v); }
static inline void atomic64_sub(s64 i, atomic64_t *v) { atomic64_sub_return(i, v); }
static inline void atomic64_inc(atomic64_t *v) { atomic64_add(1, v); }
static inline void atomic64_dec(atomic64_t *v) { atomic64_sub(1, v); }
__MK_ATOMIC_TESTS(atomic64, atomic64_t, s64)

typedef atomic_t atomic_long_t;
#define __mk_long(function) atomic_##function

#endif

#define ATOMIC_LONG_INIT(i)		{ (i) }
#define atomic_long_read(v)		((long)__mk_long(read)(v))
#define atomic_long_set(v, i)		__mk_long(set)(v, i)
#define atomic_long_add(i, v)		__mk_long(add)(i, v)
#define atomic_long_sub(i, v)		__mk_long(sub)(i, v)
#define atomic_long_inc(v)		__mk_long(inc)(v)
#define atomic_long_dec(v)		__mk_long(dec)(v)
#define atomic_long_add_return(i, v)	((long)__mk_long(add_return)(i, v))
#define atomic_long_sub_return(i, v)	((long)__mk_long(sub_return)(i, v))
#define atomic_long_inc_return(v)	((long)__mk_long(inc_return)(v))
#define atomic_long_dec_return(v)	((long)__mk_long(dec_return)(v))
#define atomic_long_sub_and_test(i, v)	__mk_long(sub_and_test)(i, v)
#define atomic_long_dec_and_test(v)	__mk_long(dec_and_test)(v)
#define atomic_long_inc_and_test(v)	__mk_long(inc_and_test)(v)
#define atomic_long_add_unless(v, i, u)	__mk_long(add_unless)(v, i, u)
#define atomic_long_inc_not_zero(v)	__mk_long(inc_not_zero)(v)
#define atomic_long_xchg(v, new)	((long)__mk_long(xchg)(v, new))
#define atomic_long_cmpxchg(v, old, new) ((long)__mk_long(cmpxchg)(v, old, new))

#endif
