/* Writes over its own code. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static noinline __used int code(void)
{
	return 1;
}

static int __init write_text_init(void)
{
	*(volatile char *)code = 0;
	return 0;
}

static void __exit write_text_exit(void)
{
}

module_init(write_text_init);
module_exit(write_text_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: writes over its own code");
