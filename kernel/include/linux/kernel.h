/* What every file needs. */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/types.h>
#include <linux/stdarg.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/bitops.h>
#include <linux/log2.h>
#include <linux/printk.h>
#include <linux/bug.h>
#include <linux/export.h>
#include <asm/byteorder.h>
#include <asm/barrier.h>

#define ARRAY_SIZE(array)		(sizeof(array) / sizeof((array)[0]) + __must_be_array(array))
#define DIV_ROUND_UP(n, step)		(((n) + (step) - 1) / (step))
#define DIV_ROUND_UP_ULL(n, step)	DIV_ROUND_UP((unsigned long long)(n), step)
#define DIV_ROUND_CLOSEST(n, step)	(((n) + ((step) / 2)) / (step))
#define ALIGN(x, power)			(((x) + ((__typeof__(x))(power) - 1)) & ~((__typeof__(x))(power) - 1))
#define ALIGN_DOWN(x, power)		((x) & ~((__typeof__(x))(power) - 1))
#define __ALIGN_MASK(x, mask)		(((x) + (mask)) & ~(mask))
#define PTR_ALIGN(pointer, power)	((__typeof__(pointer))ALIGN((unsigned long)(pointer), power))
#define IS_ALIGNED(x, power)		(((x) & ((__typeof__(x))(power) - 1)) == 0)
#define roundup(x, step)		(DIV_ROUND_UP(x, step) * (step))
#define rounddown(x, step)		((x) - (x) % (step))
#define round_up(x, power)		ALIGN(x, power)
#define round_down(x, power)		ALIGN_DOWN(x, power)
#define FIELD_SIZEOF(type, member)	sizeof(((type *)0)->member)
#define sizeof_field(type, member)	FIELD_SIZEOF(type, member)
#define typeof_member(type, member)	__typeof__(((type *)0)->member)
#define upper_32_bits(n)		((u32)((u64)(n) >> 32))
#define lower_32_bits(n)		((u32)(n))
#define swap(a, b) do { __typeof__(a) __kept = (a); (a) = (b); (b) = __kept; } while (0)

#define __mk_least(a, b)	((a) < (b) ? (a) : (b))
#define __mk_most(a, b)		((a) > (b) ? (a) : (b))
#define min_t(type, a, b) ({ type __a = (a); type __b = (b); __mk_least(__a, __b); })
#define max_t(type, a, b) ({ type __a = (a); type __b = (b); __mk_most(__a, __b); })
/* Comparing the pointers makes the compiler warn when the types differ. */
#define min(a, b) ({ __typeof__(a) __x = (a); __typeof__(b) __y = (b); (void)(&__x == &__y); __mk_least(__x, __y); })
#define max(a, b) ({ __typeof__(a) __x = (a); __typeof__(b) __y = (b); (void)(&__x == &__y); __mk_most(__x, __y); })
#define min3(a, b, c)		({ __typeof__(a) __of2 = min(a, b); min(__of2, (__typeof__(a))(c)); })
#define max3(a, b, c)		({ __typeof__(a) __of2 = max(a, b); max(__of2, (__typeof__(a))(c)); })
#define min_not_zero(a, b)	({ __typeof__(a) __p = (a); __typeof__(b) __q = (b); __p == 0 ? __q : __q == 0 ? __p : min(__p, __q); })
#define clamp(x, low, high)	({ __typeof__(x) __v = (x), __l = (low), __h = (high); __mk_least(__mk_most(__v, __l), __h); })
#define clamp_t(type, x, low, high) ({ type __v = (x); type __l = (low); type __h = (high); __mk_least(__mk_most(__v, __l), __h); })
#define clamp_val(x, low, high)	clamp_t(__typeof__(x), x, low, high)
#define abs(x)			({ __typeof__(x) __n = (x); __n < 0 ? -__n : __n; })
#define abs64(x)		((s64)abs((s64)(x)))
#define mult_frac(x, n, d)	({ __typeof__(x) __whole = (x) / (d), __rest = (x) % (d); __whole * (n) + __rest * (n) / (d); })

/* The structure a member lies in. */
#define container_of(pointer, type, member) ({ \
	const __typeof__(((type *)0)->member) *__member = (pointer); \
	(type *)((char *)__member - offsetof(type, member)); })

/* 1 for an option that is set to y, 0 for one that is not set: the 1 behind CONFIG_X pushes an argument aside. */
#define IS_ENABLED(option)	__mk_enabled(option)
#define IS_BUILTIN(option)	IS_ENABLED(option)
#define IS_REACHABLE(option)	IS_ENABLED(option)
#define IS_MODULE(option)	0
#define __mk_enabled(value)	__mk_enabled_(__mk_aside_##value)
#define __mk_enabled_(aside)	__mk_second(aside 1, 0)
#define __mk_aside_1		0,
#define __mk_second(ignored, second, ...) second

int sprintf(char *buffer, const char *format, ...) __printf(2, 3);
int snprintf(char *buffer, size_t size, const char *format, ...) __printf(3, 4);
int vsprintf(char *buffer, const char *format, va_list arguments) __printf(2, 0);
int vsnprintf(char *buffer, size_t size, const char *format, va_list arguments) __printf(3, 0);
/* These return what was really written. */
int scnprintf(char *buffer, size_t size, const char *format, ...) __printf(3, 4);
int vscnprintf(char *buffer, size_t size, const char *format, va_list arguments) __printf(3, 0);
/* A kmalloc'ed string. */
char *kasprintf(gfp_t flags, const char *format, ...) __printf(2, 3);
char *kvasprintf(gfp_t flags, const char *format, va_list arguments) __printf(2, 0);
int sscanf(const char *text, const char *format, ...) __scanf(2, 3);
int vsscanf(const char *text, const char *format, va_list arguments) __scanf(2, 0);

/* Base 0: 0x1f is hexadecimal, 017 octal. */
unsigned long simple_strtoul(const char *text, char **end, unsigned int base);
long simple_strtol(const char *text, char **end, unsigned int base);
unsigned long long simple_strtoull(const char *text, char **end, unsigned int base);
long long simple_strtoll(const char *text, char **end, unsigned int base);
/* The whole text, but for a line end, is one number: 0, -EINVAL or -ERANGE. */
int kstrtoull(const char *text, unsigned int base, unsigned long long *result);
int kstrtoll(const char *text, unsigned int base, long long *result);
int kstrtoul(const char *text, unsigned int base, unsigned long *result);
int kstrtol(const char *text, unsigned int base, long *result);
int kstrtouint(const char *text, unsigned int base, unsigned int *result);
int kstrtoint(const char *text, unsigned int base, int *result);
int kstrtou16(const char *text, unsigned int base, u16 *result);
int kstrtos16(const char *text, unsigned int base, s16 *result);
int kstrtou8(const char *text, unsigned int base, u8 *result);
int kstrtos8(const char *text, unsigned int base, s8 *result);
int kstrtobool(const char *text, bool *result);
#define kstrtou32(text, base, result)	kstrtouint(text, base, result)
#define kstrtos32(text, base, result)	kstrtoint(text, base, result)
#define kstrtou64(text, base, result)	kstrtoull(text, base, result)
#define kstrtos64(text, base, result)	kstrtoll(text, base, result)
#define strict_strtoul(text, base, result) kstrtoul(text, base, result)
#define strict_strtol(text, base, result) kstrtol(text, base, result)
#define strict_strtoull(text, base, result) kstrtoull(text, base, result)
#define strict_strtoll(text, base, result) kstrtoll(text, base, result)

extern const char hex_asc[];
#define hex_asc_lo(byte)	hex_asc[(byte) & 0x0f]
#define hex_asc_hi(byte)	hex_asc[((byte) & 0xf0) >> 4]
int hex_to_bin(char digit);

static inline char *hex_byte_pack(char *to, u8 byte)
{
	*to++ = hex_asc_hi(byte);
	*to++ = hex_asc_lo(byte);
	return to;
}
#define pack_hex_byte(to, byte) hex_byte_pack(to, byte)

void panic(const char *format, ...) __printf(1, 2) __noreturn;

/* Complains where sleeping is forbidden. */
void __might_sleep(void);
#define might_sleep()		__might_sleep()
#define might_sleep_if(condition) do { if (condition) __might_sleep(); } while (0)

u32 int_sqrt(unsigned long x);

#endif
