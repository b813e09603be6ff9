/* Frees an object twice. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static int __init double_free_init(void)
{
	void *object = kmalloc(100, GFP_KERNEL);

	kfree(object);
	kfree(object);
	return 0;
}

static void __exit double_free_exit(void)
{
}

module_init(double_free_init);
module_exit(double_free_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: frees an object twice");
