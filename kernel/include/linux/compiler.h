/* What of the compiler's language the headers use. */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#define likely(condition)	__builtin_expect(!!(condition), 1)
#define unlikely(condition)	__builtin_expect(!!(condition), 0)
#define barrier()		__asm__ __volatile__("" : : : "memory")

#define __used			__attribute__((used))
#define __maybe_unused		__attribute__((unused))
#define __always_inline		inline __attribute__((always_inline))
#define noinline		__attribute__((noinline))
#define __noreturn		__attribute__((noreturn))
#define __packed		__attribute__((packed))
#define __aligned(bytes)	__attribute__((aligned(bytes)))
#define __section(name)		__attribute__((section(name)))
#define __printf(text, first)	__attribute__((format(printf, text, first)))
#define __must_check		__attribute__((warn_unused_result))

#define __weak			__attribute__((weak))
#define __cold			__attribute__((cold))
#define __pure			__attribute__((pure))
#define __attribute_const__	__attribute__((const))
#define __deprecated		__attribute__((deprecated))
#define __visible		__attribute__((externally_visible))
#define __malloc		__attribute__((malloc))
#define __scanf(text, first)	__attribute__((format(scanf, text, first)))
#define __assume_aligned(bytes)	__attribute__((assume_aligned(bytes)))
#define fallthrough		__attribute__((fallthrough))
#define noinline_for_stack	noinline
#define unreachable()		__builtin_unreachable()
#define asmlinkage
#define __same_type(a, b)	__builtin_types_compatible_p(__typeof__(a), __typeof__(b))
#define __must_be_array(a)	(0 * sizeof(struct { int not_an_array : 1 - 2 * __same_type((a), &(a)[0]); }))

/* Variables that are hardly ever written would share cache lines. */
#define __read_mostly

/* For checkers of source code; to the compiler they say nothing. */
#define __user
#define __iomem
#define __percpu
#define __rcu
#define __force
#define __nocast
#define __bitwise
#define __safe
#define __acquires(lock)
#define __releases(lock)
#define __must_hold(lock)
#define __acquire(lock)		((void)0)
#define __release(lock)		((void)0)

#define ACCESS_ONCE(x)		(*(volatile __typeof__(x) *)&(x))
#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value)	(*(volatile __typeof__(x) *)&(x) = (value))

#define __mk_paste(a, b)	a##b
#define __mk_join(a, b)		__mk_paste(a, b)
#define __mk_text(x)		#x
#define __stringify(x)		__mk_text(x)

#endif
