/* Conditions that must not be. */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/types.h>

void __bug(const char *file, int line) __noreturn;
void __warn(const char *file, int line);
void __warn_text(const char *file, int line, const char *format, ...) __printf(3, 4);

#define BUG() __bug(__FILE__, __LINE__)
#define BUG_ON(condition) do { if (unlikely(condition)) BUG(); } while (0)

/* All of them say whether the condition was true; those with _ONCE complain the first time only. */
#define __mk_warn(condition, complain) ({ \
	bool __is = !!(condition); \
	if (unlikely(__is)) \
		complain; \
	unlikely(__is); })
#define __mk_warn_once(condition, complain) ({ \
	static bool __warned; \
	bool __now = !!(condition); \
	if (unlikely(__now) && !__warned) { \
		__warned = true; \
		complain; \
	} \
	unlikely(__now); })

#define WARN_ON(condition)	__mk_warn(condition, __warn(__FILE__, __LINE__))
#define WARN_ON_ONCE(condition)	__mk_warn_once(condition, __warn(__FILE__, __LINE__))
#define WARN(condition, format...) __mk_warn(condition, __warn_text(__FILE__, __LINE__, format))
#define WARN_ONCE(condition, format...) __mk_warn_once(condition, __warn_text(__FILE__, __LINE__, format))
#define WARN_ON_SMP(condition)	WARN_ON(condition)
#define WARN_TAINT(condition, taint, format...) WARN(condition, format)

#define BUILD_BUG_ON(condition) _Static_assert(!(condition), #condition)
#define BUILD_BUG_ON_MSG(condition, text) _Static_assert(!(condition), text)
#define BUILD_BUG_ON_NOT_POWER_OF_2(n) BUILD_BUG_ON((n) == 0 || ((n) & ((n) - 1)) != 0)
#define BUILD_BUG_ON_ZERO(condition) ((int)(sizeof(struct { int holds : 1 - 2 * !!(condition); }) * 0))
#define BUILD_BUG()		_Static_assert(0, "this must not be compiled")
#define static_assert(condition, ...) _Static_assert(condition, #condition)

#endif
