/* Returns with a mutex locked. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>

static DEFINE_MUTEX(lock);

static int value = -1;
module_param(value, int, S_IRUGO);

static noinline int change(int to)
{
	mutex_lock(&lock);
	if (to < 0)
		return -EINVAL;				/* with the mutex */
	value = to;
	mutex_unlock(&lock);
	return 0;
}

static int __init forgotten_unlock_init(void)
{
	if (change(value))
		printk(KERN_INFO "%d is no value\n", value);
	return 0;
}

static void __exit forgotten_unlock_exit(void)
{
}

module_init(forgotten_unlock_init);
module_exit(forgotten_unlock_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: returns with a mutex locked");
