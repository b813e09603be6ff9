/* What every file needs. */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/printk.h>
#include <linux/bug.h>

#define INT_MAX		__INT_MAX__
#define INT_MIN		(-INT_MAX - 1)
#define UINT_MAX	(~0U)
#define LONG_MAX	__LONG_MAX__
#define LONG_MIN	(-LONG_MAX - 1)
#define ULONG_MAX	(~0UL)

#define ARRAY_SIZE(array)		(sizeof(array) / sizeof((array)[0]))
#define DIV_ROUND_UP(n, step)		(((n) + (step) - 1) / (step))
#define ALIGN(x, power)			(((x) + ((__typeof__(x))(power) - 1)) & ~((__typeof__(x))(power) - 1))
#define IS_ALIGNED(x, power)		(((x) & ((__typeof__(x))(power) - 1)) == 0)
#define roundup(x, step)		(DIV_ROUND_UP(x, step) * (step))

#define min_t(type, a, b) ({ type __a = (a); type __b = (b); __a < __b ? __a : __b; })
#define max_t(type, a, b) ({ type __a = (a); type __b = (b); __a > __b ? __a : __b; })
/* Comparing the pointers makes the compiler warn when the types differ. */
#define min(a, b) ({ __typeof__(a) __x = (a); __typeof__(b) __y = (b); (void)(&__x == &__y); __x < __y ? __x : __y; })
#define max(a, b) ({ __typeof__(a) __x = (a); __typeof__(b) __y = (b); (void)(&__x == &__y); __x > __y ? __x : __y; })
#define swap(a, b) do { __typeof__(a) __kept = (a); (a) = (b); (b) = __kept; } while (0)

/* The structure a member lies in. */
#define container_of(pointer, type, member) ({ \
	const __typeof__(((type *)0)->member) *__member = (pointer); \
	(type *)((char *)__member - offsetof(type, member)); })

int sprintf(char *buffer, const char *format, ...) __printf(2, 3);
int snprintf(char *buffer, size_t size, const char *format, ...) __printf(3, 4);

#endif
