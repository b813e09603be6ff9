/* A shrinker: objects that are kept for their next use go when somebody finds no memory. */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static int keep = 200;
module_param(keep, int, 0444);
MODULE_PARM_DESC(keep, "Buffers to keep");

struct buffer {
	struct list_head list;
	char data[1000];
};

static struct kmem_cache *cache;
static LIST_HEAD(spare);
static DEFINE_SPINLOCK(spare_lock);
static unsigned long spares;

static unsigned long count_spares(struct shrinker *shrinker, struct shrink_control *control)
{
	return spares;
}

/* No sleeping here, and no allocating: this runs in the middle of somebody's kmalloc. */
static unsigned long free_spares(struct shrinker *shrinker, struct shrink_control *control)
{
	unsigned long freed = 0;

	spin_lock(&spare_lock);
	while (freed < control->nr_to_scan && spares) {
		struct buffer *first = list_first_entry(&spare, struct buffer, list);

		list_del(&first->list);
		kmem_cache_free(cache, first);
		spares--;
		freed++;
	}
	spin_unlock(&spare_lock);
	printk(KERN_INFO "spare: asked for %lu, freed %lu, %lu left\n", control->nr_to_scan, freed, spares);
	return freed;
}

static struct shrinker spare_shrinker = {
	.count_objects = count_spares,
	.scan_objects = free_spares,
	.seeks = DEFAULT_SEEKS,
};

static void free_all(void)
{
	struct buffer *buffer, *next;

	list_for_each_entry_safe(buffer, next, &spare, list)
		kmem_cache_free(cache, buffer);
	kmem_cache_destroy(cache);
}

/* Takes the largest blocks until there are none, and gives them back. */
static void make_memory_scarce(void)
{
	LIST_HEAD(taken);
	struct list_head *block, *next;

	while ((block = (struct list_head *)__get_free_pages(GFP_KERNEL | __GFP_NOWARN, MAX_ORDER - 1)))
		list_add(block, &taken);
	list_for_each_safe(block, next, &taken)
		free_pages((unsigned long)block, MAX_ORDER - 1);
}

static int __init spare_init(void)
{
	int error;

	cache = kmem_cache_create("spare_buffer", sizeof(struct buffer), 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	while (spares < keep) {
		struct buffer *buffer = kmem_cache_alloc(cache, GFP_KERNEL);

		if (!buffer) {
			free_all();
			return -ENOMEM;
		}
		list_add(&buffer->list, &spare);
		spares++;
	}
	error = register_shrinker(&spare_shrinker);
	if (error) {
		free_all();
		return error;
	}
	make_memory_scarce();
	return 0;
}

static void __exit spare_exit(void)
{
	unregister_shrinker(&spare_shrinker);
	free_all();
}

module_init(spare_init);
module_exit(spare_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Gives back what it keeps for later when memory runs out");
