/* Small numbers for things: ida gives numbers, idr numbers with a pointer behind each. */
#ifndef _LINUX_IDR_H
#define _LINUX_IDR_H

#include <linux/types.h>
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#define IDA_CHUNK_SIZE		128	/* bytes */
#define IDA_BITMAP_LONGS	(IDA_CHUNK_SIZE / sizeof(long) - 1)

#ifdef MK_API_2_6_24

/* As 2.6 declares them; a file that uses them brings the functions with it. */
#if BITS_PER_LONG == 32
#define IDR_BITS 5
#define IDR_FULL 0xfffffffful
#else
#define IDR_BITS 6
#define IDR_FULL 0xfffffffffffffffful
#endif
#define IDR_SIZE	(1 << IDR_BITS)
#define IDR_MASK	((1 << IDR_BITS) - 1)
#define MAX_ID_SHIFT	(sizeof(int) * 8 - 1)
#define MAX_ID_BIT	(1U << MAX_ID_SHIFT)
#define MAX_ID_MASK	(MAX_ID_BIT - 1)
#define MAX_LEVEL	((MAX_ID_SHIFT + IDR_BITS - 1) / IDR_BITS)
#define IDR_FREE_MAX	(MAX_LEVEL + MAX_LEVEL)
#define IDR_NEED_TO_GROW -2
#define IDR_NOMORE_SPACE -3
#define _idr_rc_to_errno(rc) ((rc) == -1 ? -EAGAIN : -ENOSPC)
#define IDA_BITMAP_BITS	(IDA_BITMAP_LONGS * sizeof(long) * 8)

struct idr_layer {
	unsigned long bitmap;
	struct idr_layer *ary[1 << IDR_BITS];
	int count;
	int layer;
	struct rcu_head rcu_head;
};

struct idr {
	struct idr_layer *top;
	struct idr_layer *id_free;
	int layers;
	int id_free_cnt;
	spinlock_t lock;
};

struct ida_bitmap {
	long nr_busy;
	unsigned long bitmap[IDA_BITMAP_LONGS];
};

struct ida {
	struct idr idr;
	struct ida_bitmap *free_bitmap;
};

#define IDR_INIT(name)		{ .lock = __SPIN_LOCK_UNLOCKED(name.lock) }
#define DEFINE_IDR(name)	struct idr name = IDR_INIT(name)
#define IDA_INIT(name)		{ .idr = IDR_INIT(name) }
#define DEFINE_IDA(name)	struct ida name = IDA_INIT(name)

void *idr_find(struct idr *idp, int id);
int idr_pre_get(struct idr *idp, gfp_t flags);
int idr_get_new(struct idr *idp, void *pointer, int *id);
int idr_get_new_above(struct idr *idp, void *pointer, int start, int *id);
int idr_for_each(struct idr *idp, int (*function)(int id, void *pointer, void *data), void *data);
void *idr_get_next(struct idr *idp, int *next);
void *idr_replace(struct idr *idp, void *pointer, int id);
void idr_remove(struct idr *idp, int id);
void idr_remove_all(struct idr *idp);
void idr_destroy(struct idr *idp);
void idr_init(struct idr *idp);
int ida_pre_get(struct ida *ida, gfp_t flags);
int ida_get_new_above(struct ida *ida, int start, int *id);
int ida_get_new(struct ida *ida, int *id);
void ida_remove(struct ida *ida, int id);
void ida_destroy(struct ida *ida);
void ida_init(struct ida *ida);
void idr_init_cache(void);

#else

#define IDA_BITMAP_BITS	(IDA_CHUNK_SIZE * 8)

/* Pointers by number in one array, which grows by doubling; a bit each says which are taken. */
struct idr {
	spinlock_t lock;
	unsigned int size;		/* a multiple of BITS_PER_LONG */
	unsigned int next;		/* where idr_alloc_cyclic goes on */
	unsigned int count;
	unsigned long *taken;
	void **pointers;		/* NULL of an ida */
};

struct ida {
	struct idr numbers;
};

#define IDR_INIT(name)		{ .lock = __SPIN_LOCK_UNLOCKED(name.lock) }
#define DEFINE_IDR(name)	struct idr name = IDR_INIT(name)
#define IDA_INIT(name)		{ .numbers = IDR_INIT(name.numbers) }
#define DEFINE_IDA(name)	struct ida name = IDA_INIT(name)

static inline void idr_init(struct idr *idr)
{
	memset(idr, 0, sizeof(*idr));
	spin_lock_init(&idr->lock);
}

/* Makes room for a number. */
static inline int __mk_idr_grow(struct idr *idr, unsigned int id, bool has_pointers, gfp_t flags)
{
	unsigned int size = max_t(unsigned int, roundup_pow_of_two((unsigned long)id + 1), 64);
	unsigned long *taken = kcalloc(BITS_TO_LONGS(size), sizeof(long), flags);
	void **pointers = taken && has_pointers ? kcalloc(size, sizeof(void *), flags) : NULL;

	if (!taken || (has_pointers && !pointers)) {
		kfree(taken);
		return -ENOMEM;
	}
	if (idr->size) {
		memcpy(taken, idr->taken, BITS_TO_LONGS(idr->size) * sizeof(long));
		if (has_pointers)
			memcpy(pointers, idr->pointers, idr->size * sizeof(void *));
	}
	swap(idr->taken, taken);
	swap(idr->pointers, pointers);
	idr->size = size;
	kfree(taken);
	kfree(pointers);
	return 0;
}

/* The smallest free number of [start, end]. */
static inline int __mk_idr_take(struct idr *idr, void *pointer, bool has_pointers, unsigned int start, unsigned int end, gfp_t flags)
{
	unsigned int id = start < idr->size ? find_next_zero_bit(idr->taken, idr->size, start) : start;
	int error;

	if (id > end)
		return -ENOSPC;
	if (id >= idr->size) {
		error = __mk_idr_grow(idr, id, has_pointers, flags);
		if (error)
			return error;
	}
	set_bit(id, idr->taken);
	if (has_pointers)
		idr->pointers[id] = pointer;
	idr->count++;
	return id;
}

/* end is the first number that may not be given; 0 or less for all there are. */
static inline int idr_alloc(struct idr *idr, void *pointer, int start, int end, gfp_t flags)
{
	if (start < 0)
		return -EINVAL;
	return __mk_idr_take(idr, pointer, true, start, end > 0 ? end - 1 : INT_MAX, flags);
}

static inline int idr_alloc_cyclic(struct idr *idr, void *pointer, int start, int end, gfp_t flags)
{
	int id = idr_alloc(idr, pointer, max_t(int, start, idr->next), end, flags);

	if (id == -ENOSPC)
		id = idr_alloc(idr, pointer, start, end, flags);
	if (id >= 0)
		idr->next = id + 1;
	return id;
}

static inline void *idr_find(const struct idr *idr, unsigned long id)
{
	return id < idr->size && test_bit(id, idr->taken) ? idr->pointers[id] : NULL;
}

static inline void *idr_replace(struct idr *idr, void *pointer, unsigned long id)
{
	void *before;

	if (id >= idr->size || !test_bit(id, idr->taken))
		return ERR_PTR(-ENOENT);
	before = idr->pointers[id];
	idr->pointers[id] = pointer;
	return before;
}

static inline void *idr_remove(struct idr *idr, unsigned long id)
{
	void *pointer = idr_find(idr, id);

	if (id < idr->size && test_and_clear_bit(id, idr->taken)) {
		idr->count--;
		idr->pointers[id] = NULL;
	}
	return pointer;
}

static inline void *idr_get_next(struct idr *idr, int *next)
{
	unsigned long id = find_next_bit(idr->taken, idr->size, *next);

	if (id >= idr->size)
		return NULL;
	*next = id;
	return idr->pointers[id];
}

static inline int idr_for_each(const struct idr *idr, int (*function)(int id, void *pointer, void *data), void *data)
{
	unsigned int id;
	int result;

	for_each_set_bit(id, idr->taken, idr->size) {
		result = function(id, idr->pointers[id], data);
		if (result)
			return result;
	}
	return 0;
}

static inline bool idr_is_empty(const struct idr *idr)
{
	return idr->count == 0;
}

static inline void idr_destroy(struct idr *idr)
{
	kfree(idr->taken);
	kfree(idr->pointers);
	idr->taken = NULL;
	idr->pointers = NULL;
	idr->size = idr->count = idr->next = 0;
}

#define idr_for_each_entry(idr, entry, id) \
	for ((id) = 0; ((entry) = idr_get_next(idr, &(id))) != NULL; (id)++)
#define idr_preload(flags)	preempt_disable()
#define idr_preload_end()	preempt_enable()

static inline void ida_init(struct ida *ida)
{
	idr_init(&ida->numbers);
}

static inline int ida_alloc_range(struct ida *ida, unsigned int least, unsigned int most, gfp_t flags)
{
	if ((int)least < 0)
		return -ENOSPC;
	return __mk_idr_take(&ida->numbers, NULL, false, least, min_t(unsigned int, most, INT_MAX), flags);
}

static inline int ida_alloc(struct ida *ida, gfp_t flags)
{
	return ida_alloc_range(ida, 0, ~0, flags);
}

static inline int ida_alloc_min(struct ida *ida, unsigned int least, gfp_t flags)
{
	return ida_alloc_range(ida, least, ~0, flags);
}

static inline int ida_alloc_max(struct ida *ida, unsigned int most, gfp_t flags)
{
	return ida_alloc_range(ida, 0, most, flags);
}

static inline void ida_free(struct ida *ida, unsigned int id)
{
	if (WARN(id >= ida->numbers.size || !test_and_clear_bit(id, ida->numbers.taken), "ida_free called for id=%d which is not allocated.\n", id))
		return;
	/* With the last number goes the memory, so that nobody needs ida_destroy() then. */
	if (!--ida->numbers.count)
		idr_destroy(&ida->numbers);
}

static inline bool ida_is_empty(const struct ida *ida)
{
	return ida->numbers.count == 0;
}

static inline void ida_destroy(struct ida *ida)
{
	idr_destroy(&ida->numbers);
}

#define ida_simple_get(ida, start, end, flags)	ida_alloc_range(ida, start, (end) - 1, flags)
#define ida_simple_remove(ida, id)		ida_free(ida, id)

#endif

#endif
