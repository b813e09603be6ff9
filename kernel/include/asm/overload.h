/* Macros that Linux has had with different numbers of arguments. */
#ifndef _ASM_OVERLOAD_H
#define _ASM_OVERLOAD_H

#include <linux/compiler.h>

#define __mk_fifth(a, b, c, d, e, ...)	e
/* 2, 3 or 4. */
#define __mk_count(...)			__mk_fifth(__VA_ARGS__, 4, 3, 2, 1)
#define __mk_overload(name, ...)	__mk_join(name, __mk_count(__VA_ARGS__))(__VA_ARGS__)

#endif
