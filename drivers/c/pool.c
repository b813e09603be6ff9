/* A mempool: writing back what is dirty needs memory when there is none, so some requests are put aside beforehand. */
#include <linux/kernel.h>
#include <linux/mempool.h>
#include <linux/module.h>
#include <linux/slab.h>

#define RESERVE 4

struct write_request {
	unsigned long sector;
	char data[500];
};

static struct kmem_cache *cache;
static mempool_t *pool;
static int from_reserve;

/* As if there were no memory left: only whoever may wait gets some, and nobody here may. */
static void *request_alloc(gfp_t flags, void *data)
{
	return from_reserve ? NULL : mempool_alloc_slab(flags, data);
}

static int __init pool_init(void)
{
	struct write_request *requests[RESERVE + 1];
	int i, count = 0;

	cache = kmem_cache_create("write_request", sizeof(struct write_request), 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	pool = mempool_create(RESERVE, request_alloc, mempool_free_slab, cache);
	if (!pool) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	from_reserve = 1;
	while (count <= RESERVE && (requests[count] = mempool_alloc(pool, GFP_ATOMIC)))
		count++;
	printk(KERN_INFO "%d requests although there was no memory\n", count);
	for (i = 0; i < count; i++) {
		requests[i]->sector = i;
		mempool_free(requests[i], pool);
	}
	from_reserve = 0;
	return 0;
}

static void __exit pool_exit(void)
{
	mempool_destroy(pool);
	kmem_cache_destroy(cache);
}

module_init(pool_init);
module_exit(pool_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Objects put aside for when there is no memory");
