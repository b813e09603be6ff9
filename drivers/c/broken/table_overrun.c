/* Counts one entry too many in a table of its own. */
#include <linux/kernel.h>
#include <linux/module.h>

static int table[10] = { 1, 2, 3 };
static int entries = 10;
module_param(entries, int, 0);

static int __init table_overrun_init(void)
{
	int i, sum = 0;

	for (i = 0; i <= entries; i++)
		sum += READ_ONCE(table[i]);
	printk(KERN_INFO "the sum is %d\n", sum);
	return 0;
}

static void __exit table_overrun_exit(void)
{
}

module_init(table_overrun_init);
module_exit(table_overrun_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: reads behind the end of a variable");
