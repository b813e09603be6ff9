/* Calls itself until there is no stack. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static volatile int deep = 1;

static noinline int deeper(volatile int *above)
{
	volatile int here[16];

	here[0] = *above + 1;
	return deep ? deeper(here) + here[0] : 0;
}

static int __init stack_overflow_init(void)
{
	int zero = 0;

	printk(KERN_INFO "%d\n", deeper(&zero));
	return 0;
}

static void __exit stack_overflow_exit(void)
{
}

module_init(stack_overflow_init);
module_exit(stack_overflow_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: calls itself until there is no stack");
