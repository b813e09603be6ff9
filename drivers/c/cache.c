/* A cache of its own, with a constructor, beside kmalloc: what each object takes, and where it comes from. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>

#define REQUESTS 40

struct request {
	unsigned long magic;
	unsigned int uses;
	char data[100];
};

static struct kmem_cache *cache;
static struct request *requests[REQUESTS];
static unsigned int made;

/* Runs when a slab is made, once for each object, and not when an object is taken. */
static void request_ctor(void *object)
{
	struct request *request = object;

	request->magic = 0x600d;
	request->uses = 0;
	made++;
}

static void give_back(int count)
{
	while (count--)
		kmem_cache_free(cache, requests[count]);
}

static int __init cache_init(void)
{
	void *buffer;
	int i;

	cache = kmem_cache_create("c_requests", sizeof(struct request), 0, SLAB_HWCACHE_ALIGN, request_ctor);
	if (!cache)
		return -ENOMEM;
	for (i = 0; i < REQUESTS; i++) {
		requests[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		if (!requests[i])
			goto no_memory;
		BUG_ON(requests[i]->magic != 0x600d);
		requests[i]->uses++;
	}
	printk(KERN_INFO "%d objects of %u bytes taken from %s, %u constructed\n", REQUESTS, kmem_cache_size(cache), kmem_cache_name(cache), made);

	/* A constant size: the compiler finds the cache, malloc_sizes[] has it. */
	buffer = kmalloc(sizeof(struct request), GFP_KERNEL);
	if (!buffer)
		goto no_memory;
	printk(KERN_INFO "kmalloc(%zu) gives %zu bytes\n", sizeof(struct request), ksize(buffer));
	kfree(buffer);
	return 0;

no_memory:
	give_back(i);
	kmem_cache_destroy(cache);
	return -ENOMEM;
}

static void __exit cache_exit(void)
{
	give_back(REQUESTS);
	kmem_cache_destroy(cache);
}

module_init(cache_init);
module_exit(cache_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("A kmem_cache with a constructor, beside kmalloc");
