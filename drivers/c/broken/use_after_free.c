/* Reads an object that it has given back. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>

struct entry {
	int number;
	char name[20];
};

static int __init use_after_free_init(void)
{
	struct entry *entry = kzalloc(sizeof(*entry), GFP_KERNEL);

	if (!entry)
		return -ENOMEM;
	kfree(entry);
	printk(KERN_INFO "entry %d\n", READ_ONCE(entry->number));
	return 0;
}

static void __exit use_after_free_exit(void)
{
}

module_init(use_after_free_init);
module_exit(use_after_free_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: reads what it has freed");
