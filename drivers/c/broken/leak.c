/* Forgets an object. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static void *forgotten;

static int __init leak_init(void)
{
	forgotten = kmalloc(100, GFP_KERNEL);
	return 0;
}

static void __exit leak_exit(void)
{
}

module_init(leak_init);
module_exit(leak_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: forgets an object");
