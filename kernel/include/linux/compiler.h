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

/* For checkers of source code; to the compiler they say nothing. */
#define __user
#define __iomem
#define __force

#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value)	(*(volatile __typeof__(x) *)&(x) = (value))

#define __mk_paste(a, b)	a##b
#define __mk_join(a, b)		__mk_paste(a, b)
#define __mk_text(x)		#x
#define __stringify(x)		__mk_text(x)

#endif
