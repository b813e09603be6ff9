/* Conditions that must not be. */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/compiler.h>

void __bug(const char *file, int line) __noreturn;
void __warn(const char *file, int line);

#define BUG() __bug(__FILE__, __LINE__)
#define BUG_ON(condition) do { if (unlikely(condition)) BUG(); } while (0)

#define WARN_ON(condition) ({ \
	bool __is = !!(condition); \
	if (unlikely(__is)) \
		__warn(__FILE__, __LINE__); \
	__is; })
#define WARN_ON_ONCE(condition) ({ \
	static bool __warned; \
	bool __now = !!(condition); \
	if (unlikely(__now) && !__warned) { \
		__warned = true; \
		__warn(__FILE__, __LINE__); \
	} \
	__now; })
#define BUILD_BUG_ON(condition) _Static_assert(!(condition), #condition)

#endif
