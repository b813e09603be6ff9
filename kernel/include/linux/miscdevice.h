/* Character devices with one minor, of major 10. */
#ifndef _LINUX_MISCDEVICE_H
#define _LINUX_MISCDEVICE_H

#include <linux/types.h>
#include <linux/device.h>
#include <linux/fs.h>

#define MISC_MAJOR		10
#define MISC_DYNAMIC_MINOR	255

struct miscdevice {
	int minor;
	const char *name;
	const struct file_operations *fops;
	struct list_head list;
	struct device *parent;
	struct device *this_device;
	const char *nodename;
	umode_t mode;
};

int misc_register(struct miscdevice *device);
int misc_deregister(struct miscdevice *device);

#define module_misc_device(device) \
	static int __init device##_init(void) { return misc_register(&device); } \
	static void __exit device##_exit(void) { misc_deregister(&device); } \
	module_init(device##_init); \
	module_exit(device##_exit)

#endif
