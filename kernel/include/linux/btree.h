/* B+ trees of long keys; a file that uses them brings the functions with it. */
#ifndef _LINUX_BTREE_H
#define _LINUX_BTREE_H

#include <linux/kernel.h>
#include <linux/mempool.h>

struct btree_geo;
extern struct btree_geo btree_geo32, btree_geo64, btree_geo128;

struct btree_head {
	unsigned long *node;
	mempool_t *mempool;
	int height;
};

void *btree_alloc(gfp_t flags, void *pool_data);
void btree_free(void *element, void *pool_data);
void btree_init_mempool(struct btree_head *head, mempool_t *mempool);
int __must_check btree_init(struct btree_head *head);
void btree_destroy(struct btree_head *head);
void *btree_lookup(struct btree_head *head, struct btree_geo *geo, unsigned long *key);
int __must_check btree_insert(struct btree_head *head, struct btree_geo *geo, unsigned long *key, void *value, gfp_t flags);
int btree_update(struct btree_head *head, struct btree_geo *geo, unsigned long *key, void *value);
void *btree_remove(struct btree_head *head, struct btree_geo *geo, unsigned long *key);
int btree_merge(struct btree_head *target, struct btree_head *victim, struct btree_geo *geo, gfp_t flags);
void *btree_last(struct btree_head *head, struct btree_geo *geo, unsigned long *key);
void *btree_get_prev(struct btree_head *head, struct btree_geo *geo, unsigned long *key);
size_t btree_visitor(struct btree_head *head, struct btree_geo *geo, unsigned long opaque,
	void (*function)(void *element, unsigned long opaque, unsigned long *key, size_t index, void *function2), void *function2);
size_t btree_grim_visitor(struct btree_head *head, struct btree_geo *geo, unsigned long opaque,
	void (*function)(void *element, unsigned long opaque, unsigned long *key, size_t index, void *function2), void *function2);

typedef void (*visitor128_t)(void *element, unsigned long opaque, u64 key1, u64 key2, size_t index);
typedef void (*visitorl_t)(void *element, unsigned long opaque, unsigned long key, size_t index);
typedef void (*visitor32_t)(void *element, unsigned long opaque, u32 key, size_t index);
typedef void (*visitor64_t)(void *element, unsigned long opaque, u64 key, size_t index);

/* What the function of the two above is called through: takes the key as its type has it. */
void visitorl(void *element, unsigned long opaque, unsigned long *key, size_t index, void *function);
void visitor32(void *element, unsigned long opaque, unsigned long *key, size_t index, void *function);
void visitor64(void *element, unsigned long opaque, unsigned long *key, size_t index, void *function);
void visitor128(void *element, unsigned long opaque, unsigned long *key, size_t index, void *function);

#endif
