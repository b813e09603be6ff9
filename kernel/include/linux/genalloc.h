/* Pools of one's own memory, as 2.6 declares them; a file that uses them brings the functions with it. */
#ifndef _LINUX_GENALLOC_H
#define _LINUX_GENALLOC_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/slab.h>

struct gen_pool {
	rwlock_t lock;
	struct list_head chunks;
	int min_alloc_order;
};

struct gen_pool_chunk {
	spinlock_t lock;
	struct list_head next_chunk;
	unsigned long start_addr;
	unsigned long end_addr;
	unsigned long bits[0];
};

struct gen_pool *gen_pool_create(int min_alloc_order, int node);
int gen_pool_add(struct gen_pool *pool, unsigned long address, size_t size, int node);
void gen_pool_destroy(struct gen_pool *pool);
unsigned long gen_pool_alloc(struct gen_pool *pool, size_t size);
void gen_pool_free(struct gen_pool *pool, unsigned long address, size_t size);

#endif
