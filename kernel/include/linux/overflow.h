/* Arithmetic that says when its result does not fit. */
#ifndef _LINUX_OVERFLOW_H
#define _LINUX_OVERFLOW_H

#include <linux/types.h>

#define check_add_overflow(a, b, result)	__builtin_add_overflow(a, b, result)
#define check_sub_overflow(a, b, result)	__builtin_sub_overflow(a, b, result)
#define check_mul_overflow(a, b, result)	__builtin_mul_overflow(a, b, result)

/* The largest size instead of one that does not fit: no allocation succeeds with it. */
static inline size_t array_size(size_t count, size_t size)
{
	size_t bytes;

	return check_mul_overflow(count, size, &bytes) ? ~(size_t)0 : bytes;
}

static inline size_t size_add(size_t a, size_t b)
{
	size_t bytes;

	return check_add_overflow(a, b, &bytes) ? ~(size_t)0 : bytes;
}

/* A structure with so many elements of its last member. */
#define struct_size(pointer, member, count) \
	size_add(sizeof(*(pointer)), array_size(count, sizeof((pointer)->member[0])))

#endif
