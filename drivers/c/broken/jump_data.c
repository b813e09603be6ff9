/* Runs bytes of data as code. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static char bytes[] = { (char)0xc3 };

static int __init jump_data_init(void)
{
	((void (*)(void))bytes)();
	return 0;
}

static void __exit jump_data_exit(void)
{
}

module_init(jump_data_init);
module_exit(jump_data_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: runs bytes of data as code");
