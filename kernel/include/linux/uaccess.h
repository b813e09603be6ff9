/* Memory of whoever made the system call. A driver cannot reach it itself: these move bytes to it and from it. */
#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H

#include <linux/types.h>
#include <linux/errno.h>

#define VERIFY_READ	0
#define VERIFY_WRITE	1

#if BITS_PER_LONG == 64
#define TASK_SIZE	0x00007ffffffff000UL
#else
#define TASK_SIZE	0xc0000000UL
#endif

/* All return how many bytes were not copied. */
unsigned long __must_check copy_to_user(void __user *to, const void *from, unsigned long bytes);
unsigned long __must_check copy_from_user(void *to, const void __user *from, unsigned long bytes);
unsigned long __copy_to_user_inatomic(void __user *to, const void *from, unsigned long bytes);
unsigned long __copy_from_user_inatomic(void *to, const void __user *from, unsigned long bytes);
unsigned long __must_check clear_user(void __user *to, unsigned long bytes);

/* The length of a string: -EFAULT, or the whole count when it has no end within it. */
long __must_check strncpy_from_user(char *to, const char __user *from, long count);
/* With the 0 at its end; 0 for a bad address. */
long strnlen_user(const char __user *text, long count);

#define __copy_to_user		copy_to_user
#define __copy_from_user	copy_from_user
#define __clear_user		clear_user
#define strlen_user(text)	strnlen_user(text, 0x7fffffff)

/* Whether a piece of memory may be a user's at all. access_ok(type, address, size) until Linux 4.20, without type since. */
static inline bool __access_ok(const void __user *address, unsigned long size)
{
	return size <= TASK_SIZE && (unsigned long)address <= TASK_SIZE - size;
}
#define __mk_access_ok3(type, address, size)	__access_ok((const void __user *)(address), size)
#define __mk_access_ok2(address, size)		__access_ok((const void __user *)(address), size)
#define __mk_third(a, b, c, chosen, ...)	chosen
#define access_ok(...)	__mk_third(__VA_ARGS__, __mk_access_ok3, __mk_access_ok2, )(__VA_ARGS__)

/* One value of the type the pointer has: 0 or -EFAULT. */
#define put_user(value, pointer) ({ \
	__typeof__(*(pointer)) __mk_put = (value); \
	copy_to_user((void __user *)(pointer), &__mk_put, sizeof(__mk_put)) ? -EFAULT : 0; })
#define get_user(variable, pointer) ({ \
	unsigned long long __mk_got = 0; \
	int __mk_error = copy_from_user(&__mk_got, pointer, sizeof(*(pointer))) ? -EFAULT : 0; \
	_Static_assert(sizeof(*(pointer)) <= sizeof(__mk_got), "get_user takes one number or pointer"); \
	if (__mk_error) \
		__mk_got = 0; \
	(variable) = *(__typeof__(&*(pointer)))&__mk_got; \
	__mk_error; })
#define __put_user	put_user
#define __get_user	get_user

#endif
