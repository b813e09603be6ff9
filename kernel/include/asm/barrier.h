/* Order of memory accesses. x86 keeps it but for a load that overtakes an earlier store. */
#ifndef _ASM_BARRIER_H
#define _ASM_BARRIER_H

#include <linux/compiler.h>

#define mb()			__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define rmb()			barrier()
#define wmb()			barrier()
#define smp_mb()		mb()
#define smp_rmb()		rmb()
#define smp_wmb()		wmb()
#define read_barrier_depends()	((void)0)
#define smp_read_barrier_depends() ((void)0)
#define smp_mb__before_atomic()	barrier()
#define smp_mb__after_atomic()	barrier()

#define smp_store_release(p, value) do { barrier(); WRITE_ONCE(*(p), value); } while (0)
#define smp_load_acquire(p) ({ __typeof__(*(p)) __loaded = READ_ONCE(*(p)); barrier(); __loaded; })
#define smp_store_mb(x, value)	do { WRITE_ONCE(x, value); smp_mb(); } while (0)
#define set_mb(x, value)	smp_store_mb(x, value)

static __always_inline void cpu_relax(void)
{
	__asm__ __volatile__("pause" : : : "memory");
}

#endif
