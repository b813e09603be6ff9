/* Sorts an array in place, without memory of its own: a heap, whose largest goes to the end (Williams 1964). */
#ifndef _LINUX_SORT_H
#define _LINUX_SORT_H

#include <linux/types.h>

static inline void __mk_sort_swap(char *a, char *b, size_t size)
{
	while (size--) {
		char kept = *a;

		*a++ = *b;
		*b++ = kept;
	}
}

static inline void sort(void *base, size_t count, size_t size, int (*compare)(const void *a, const void *b), void (*exchange)(void *a, void *b, int size))
{
	char *array = base;
	size_t start = count / 2, end = count, parent, child;

	while (end > 1) {
		if (start) {
			start--;		/* still making the heap */
		} else {
			end--;
			if (exchange)
				exchange(array, array + end * size, size);
			else
				__mk_sort_swap(array, array + end * size, size);
		}
		for (parent = start; (child = 2 * parent + 1) < end; parent = child) {
			if (child + 1 < end && compare(array + child * size, array + (child + 1) * size) < 0)
				child++;
			if (compare(array + parent * size, array + child * size) >= 0)
				break;
			if (exchange)
				exchange(array + parent * size, array + child * size, size);
			else
				__mk_sort_swap(array + parent * size, array + child * size, size);
		}
	}
}

#endif
