/* Writes into an object that it has freed. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>

struct request {
	int users;
	char name[60];
};

static struct request *volatile request;

static int __init write_after_free_init(void)
{
	request = kmalloc(sizeof(*request), GFP_KERNEL);
	if (!request)
		return -ENOMEM;
	request->users = 1;
	kfree(request);
	request->users--;
	kfree(kmalloc(sizeof(*request), GFP_KERNEL));	/* whoever gets the object next finds it changed */
	return 0;
}

static void __exit write_after_free_exit(void)
{
}

module_init(write_after_free_init);
module_exit(write_after_free_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: writes into an object that it has freed");
