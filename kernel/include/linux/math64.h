/* Division of 64-bit numbers, which a 32-bit machine has no instruction for. */
#ifndef _LINUX_MATH64_H
#define _LINUX_MATH64_H

#include <linux/types.h>

/* n becomes the quotient; the remainder is the result. */
#define do_div(n, base) ({ \
	u32 __base = (base), __rest = (u64)(n) % __base; \
	(n) = (u64)(n) / __base; \
	__rest; })

static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

static inline s64 div_s64_rem(s64 dividend, s32 divisor, s32 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

static inline u64 div_u64(u64 dividend, u32 divisor) { return dividend / divisor; }
static inline s64 div_s64(s64 dividend, s32 divisor) { return dividend / divisor; }
static inline u64 div64_u64(u64 dividend, u64 divisor) { return dividend / divisor; }
static inline s64 div64_s64(s64 dividend, s64 divisor) { return dividend / divisor; }

static inline u64 div64_u64_rem(u64 dividend, u64 divisor, u64 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

#define div64_long(dividend, divisor)	((dividend) / (divisor))
#define div64_ul(dividend, divisor)	((dividend) / (divisor))
#define div64_64(dividend, divisor)	div64_u64(dividend, divisor)
#define DIV64_U64_ROUND_UP(n, step)	div64_u64((n) + (step) - 1, step)

static inline u64 mul_u32_u32(u32 a, u32 b)
{
	return (u64)a * b;
}

#endif
