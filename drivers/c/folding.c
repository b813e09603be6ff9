/* kmalloc of a constant: what a compiler makes of it is shown in FOLDING.md. */
#include <linux/module.h>
#include <linux/kernel.h>
#include <linux/slab.h>

/* A size that is known: an entry of malloc_sizes. */
void *take(void)
{
	return kmalloc(128, GFP_KERNEL);
}

/* The same entry's other cache; not called below, since some machines have no DMA zone. */
void *take_dma(void)
{
	return kmalloc(128, GFP_KERNEL | GFP_DMA);
}

/* A size that is not known before it runs: a search. */
void *take_some(size_t bytes)
{
	return kmalloc(bytes, GFP_KERNEL);
}

static int __init folding_init(void)
{
	void *known = take(), *searched = take_some(128);

	if (known && searched)
		printk(KERN_INFO "folding: %zu and %zu bytes\n", ksize(known), ksize(searched));
	kfree(searched);
	kfree(known);
	return 0;
}

static void __exit folding_exit(void)
{
}

module_init(folding_init);
module_exit(folding_exit);
MODULE_DESCRIPTION("kmalloc of a constant and of a variable");
MODULE_LICENSE("MIT");
