/* Memory for an ISA card, which reaches the first 16 MiB alone: what GFP_DMA gives, and what comes without it. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#define TRACK 8192		/* bytes: what the card plays or reads at a time */

static unsigned long limit = 16 << 20;
module_param(limit, ulong, S_IRUGO);
MODULE_PARM_DESC(limit, "First physical address the card cannot reach");

static void *buffer;

/* Where the card would be told to go; it wants one piece that does not cross 64 KiB. */
static int reaches(const void *p, size_t bytes)
{
	unsigned long first = virt_to_phys(p), last = first + bytes - 1;

	return last < limit && first >> 16 == last >> 16;
}

static int __init dma_init(void)
{
	void *any = kmalloc(TRACK, GFP_KERNEL);

	buffer = kmalloc(TRACK, GFP_KERNEL | GFP_DMA);
	if (!any || !buffer) {
		kfree(buffer);
		kfree(any);
		return -ENOMEM;
	}
	printk(KERN_INFO "GFP_KERNEL: physical %#lx, the card %s it\n", virt_to_phys(any), reaches(any, TRACK) ? "reaches" : "does not reach");
	printk(KERN_INFO "GFP_DMA: physical %#lx, the card %s it\n", virt_to_phys(buffer), reaches(buffer, TRACK) ? "reaches" : "does not reach");
	kfree(any);
	if (!reaches(buffer, TRACK)) {
		kfree(buffer);
		return -EIO;
	}
	return 0;
}

static void __exit dma_exit(void)
{
	kfree(buffer);
}

module_init(dma_init);
module_exit(dma_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("A buffer that ISA DMA reaches");
