/* Takes two mutexes in two orders. */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

static int backwards(void *unused)
{
	mutex_lock(&second);
	msleep(5);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
	return 0;
}

static int __init deadlock_init(void)
{
	kthread_run(backwards, NULL, "backwards");
	mutex_lock(&first);
	msleep(5);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	return 0;
}

static void __exit deadlock_exit(void)
{
}

module_init(deadlock_init);
module_exit(deadlock_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: takes two mutexes in two orders");
