/* Writes through a null pointer. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static int *nowhere;

static int __init null_write_init(void)
{
	*nowhere = 1;
	return 0;
}

static void __exit null_write_exit(void)
{
}

module_init(null_write_init);
module_exit(null_write_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: writes through a null pointer");
