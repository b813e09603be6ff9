/* Locks a mutex that nobody has initialized. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct device {
	int number;
	struct mutex lock;
};

static int __init uninitialized_init(void)
{
	struct device *device = kzalloc(sizeof(*device), GFP_KERNEL);

	if (!device)
		return -ENOMEM;
	mutex_lock(&device->lock);			/* mutex_init() is missing */
	device->number++;
	mutex_unlock(&device->lock);
	kfree(device);
	return 0;
}

static void __exit uninitialized_exit(void)
{
}

module_init(uninitialized_init);
module_exit(uninitialized_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: locks a mutex that nobody has initialized");
