/* Takes too much memory, and does not look whether it came. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static volatile unsigned long bytes = 64 << 20;

static int __init unchecked_init(void)
{
	char *buffer = kmalloc(bytes, GFP_KERNEL | __GFP_NOWARN);

	buffer[0] = 1;
	return 0;
}

static void __exit unchecked_exit(void)
{
}

module_init(unchecked_init);
module_exit(unchecked_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: takes too much memory, and does not look whether it came");
