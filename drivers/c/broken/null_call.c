/* Calls a function that nobody has set. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static void (*callback)(void);

static int __init null_call_init(void)
{
	callback();
	return 0;
}

static void __exit null_call_exit(void)
{
}

module_init(null_call_init);
module_exit(null_call_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: calls a function that nobody has set");
