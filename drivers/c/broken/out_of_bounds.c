/* Writes byte 101 of 100: the class has 128, so nothing comes to harm, and only shadow mode tells. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>

static int __init out_of_bounds_init(void)
{
	volatile char *buffer = kmalloc(100, GFP_KERNEL);

	if (!buffer)
		return -ENOMEM;
	buffer[100] = 'x';
	kfree((void *)buffer);
	return 0;
}

static void __exit out_of_bounds_exit(void)
{
}

module_init(out_of_bounds_init);
module_exit(out_of_bounds_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: writes behind the end of an object");
