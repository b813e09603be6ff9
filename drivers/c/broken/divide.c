/* Divides by zero. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static volatile int zero;

static int __init divide_init(void)
{
	printk(KERN_INFO "%d\n", 100 / zero);
	return 0;
}

static void __exit divide_exit(void)
{
}

module_init(divide_init);
module_exit(divide_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: divides by zero");
