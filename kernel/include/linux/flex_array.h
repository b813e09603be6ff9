/* Arrays in parts of a page each; a file that uses them brings the functions with it. */
#ifndef _LINUX_FLEX_ARRAY_H
#define _LINUX_FLEX_ARRAY_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/poison.h>
#include <linux/string.h>
#include <asm/page.h>

#define FLEX_ARRAY_PART_SIZE PAGE_SIZE
#define FLEX_ARRAY_BASE_SIZE PAGE_SIZE

struct flex_array_part;

/* The whole of it is one page: pointers to parts, or the elements themselves when they fit. */
struct flex_array {
	union {
		struct {
			int element_size;
			int total_nr_elements;
			struct flex_array_part *parts[];
		};
		char padding[FLEX_ARRAY_BASE_SIZE];
	};
};

#define FLEX_ARRAY_BASE_BYTES_LEFT	(FLEX_ARRAY_BASE_SIZE - offsetof(struct flex_array, parts))
#define FLEX_ARRAY_NR_BASE_PTRS		(FLEX_ARRAY_BASE_BYTES_LEFT / sizeof(struct flex_array_part *))
#define FLEX_ARRAY_ELEMENTS_PER_PART(size) (FLEX_ARRAY_PART_SIZE / (size))

struct flex_array *flex_array_alloc(int element_size, unsigned int total, gfp_t flags);
int flex_array_prealloc(struct flex_array *array, unsigned int start, unsigned int end, gfp_t flags);
void flex_array_free(struct flex_array *array);
void flex_array_free_parts(struct flex_array *array);
int flex_array_put(struct flex_array *array, unsigned int nr, void *element, gfp_t flags);
int flex_array_clear(struct flex_array *array, unsigned int nr);
void *flex_array_get(struct flex_array *array, unsigned int nr);
int flex_array_shrink(struct flex_array *array);

#endif
