/* A first module: says hello, and takes parameters. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>

static char *whom = "world";
static int times = 1;
static int numbers[4];
static int count;

module_param(whom, charp, S_IRUGO);
MODULE_PARM_DESC(whom, "Who is greeted");
module_param(times, int, S_IRUGO);
MODULE_PARM_DESC(times, "How often");
module_param_array(numbers, int, &count, S_IRUGO);
MODULE_PARM_DESC(numbers, "Up to four numbers, which are added up");

static int __init hello_init(void)
{
	int i, sum = 0;

	if (times < 0)
		return -EINVAL;
	for (i = 0; i < times; i++)
		printk(KERN_INFO "Hello, %s!\n", whom);
	for (i = 0; i < count; i++)
		sum += numbers[i];
	if (count)
		printk(KERN_INFO "%d numbers make %d\n", count, sum);
	return 0;
}

static void __exit hello_exit(void)
{
	printk(KERN_INFO "Goodbye, %s!\n", whom);
}

module_init(hello_init);
module_exit(hello_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Says hello");
