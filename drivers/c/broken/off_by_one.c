/* Writes one element behind an array. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>

#define NUMBERS 16

static int __init off_by_one_init(void)
{
	int *numbers = kmalloc(NUMBERS * sizeof(int), GFP_KERNEL);
	volatile int i;

	if (!numbers)
		return -ENOMEM;
	for (i = 0; i <= NUMBERS; i++)			/* < is meant */
		numbers[i] = i;
	kfree(numbers);
	return 0;
}

static void __exit off_by_one_exit(void)
{
}

module_init(off_by_one_init);
module_exit(off_by_one_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: writes one element behind an array");
