/* Never comes back. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static volatile int forever = 1;

static int __init endless_loop_init(void)
{
	while (forever)
		;
	return 0;
}

static void __exit endless_loop_exit(void)
{
}

module_init(endless_loop_init);
module_exit(endless_loop_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: never comes back");
