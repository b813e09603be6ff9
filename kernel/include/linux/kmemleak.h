/* Hints for a search for leaks by looking for pointers. The tracker knows every allocation, so it needs none of them. */
#ifndef _LINUX_KMEMLEAK_H
#define _LINUX_KMEMLEAK_H

#include <linux/types.h>

static inline void kmemleak_alloc(const void *pointer, size_t size, int min_count, gfp_t flags) { }
static inline void kmemleak_free(const void *pointer) { }
static inline void kmemleak_not_leak(const void *pointer) { }
static inline void kmemleak_ignore(const void *pointer) { }
static inline void kmemleak_scan_area(const void *pointer, size_t size, gfp_t flags) { }
static inline void kmemleak_no_scan(const void *pointer) { }

#endif
