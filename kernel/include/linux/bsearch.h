/* Finds an element of a sorted array; NULL when there is none. */
#ifndef _LINUX_BSEARCH_H
#define _LINUX_BSEARCH_H

#include <linux/types.h>

static inline void *bsearch(const void *key, const void *base, size_t count, size_t size, int (*compare)(const void *key, const void *element))
{
	while (count) {
		const char *middle = (const char *)base + count / 2 * size;
		int order = compare(key, middle);

		if (order == 0)
			return (void *)middle;
		if (order > 0) {
			base = middle + size;
			count--;
		}
		count /= 2;
	}
	return NULL;
}

#endif
