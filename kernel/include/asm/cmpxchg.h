/* Exchange in one locked instruction, of anything that fits a word. */
#ifndef _ASM_CMPXCHG_H
#define _ASM_CMPXCHG_H

#include <linux/types.h>

#define xchg(p, value) ({ \
	__typeof__(*(p)) __new = (value); \
	__atomic_exchange_n((p), __new, __ATOMIC_SEQ_CST); })

/* Stores new where old is, and returns what was there. */
#define cmpxchg(p, old, new) ({ \
	__typeof__(*(p)) __was = (old), __to = (new); \
	__atomic_compare_exchange_n((p), &__was, __to, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
	__was; })
#define try_cmpxchg(p, expected, new) \
	__atomic_compare_exchange_n((p), (expected), (new), 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)

#define xchg_relaxed(p, value)		xchg(p, value)
#define cmpxchg_relaxed(p, old, new)	cmpxchg(p, old, new)
#define cmpxchg_local(p, old, new)	cmpxchg(p, old, new)

#if BITS_PER_LONG == 64
#define cmpxchg64(p, old, new)		cmpxchg(p, old, new)
#else
static inline u64 __mk_cmpxchg8b(volatile u64 *p, u64 old, u64 new)
{
	__asm__ __volatile__("lock; cmpxchg8b %1"
		: "+A"(old), "+m"(*p) : "b"((u32)new), "c"((u32)(new >> 32)) : "memory", "cc");
	return old;
}
#define cmpxchg64(p, old, new) \
	((__typeof__(*(p)))__mk_cmpxchg8b((volatile u64 *)(p), (u64)(old), (u64)(new)))
#endif

#endif
