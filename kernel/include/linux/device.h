/* Classes and devices: what makes nodes in /dev. */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/types.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kdev_t.h>
#include <linux/kobject.h>
#include <linux/version.h>
#include <linux/printk.h>

struct device;

struct class {
	const char *name;
	struct module *owner;
	char *(*devnode)(struct device *device, umode_t *mode);
	char __name[64];
};

struct device {
	struct kobject kobj;
	struct device *parent;
	struct class *class;
	void *driver_data;
	u64 *dma_mask;			/* which addresses it can give on the bus */
	u64 coherent_dma_mask;
	dev_t devt;
	char __name[60];
};

/* class_create(THIS_MODULE, name), and class_create(name) since Linux 6.4. */
struct class *__class_create(struct module *owner, const char *name);
#define __mk_class_create2(owner, name)	__class_create(owner, name)
#define __mk_class_create1(name)	__class_create(THIS_MODULE, name)
#define __mk_class_create(a, b, chosen, ...)	chosen
#define class_create(...)	__mk_class_create(__VA_ARGS__, __mk_class_create2, __mk_class_create1, )(__VA_ARGS__)
void class_destroy(struct class *class);

struct device *__device_create(struct class *class, struct device *parent, dev_t device, void *driver_data, const char *format, ...) __printf(5, 6);
void device_destroy(struct class *class, dev_t device);

/* The driver's own pointer comes before the name since Linux 2.6.27; before, NULL in its place is passed over. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(2, 6, 27)
#define device_create	__device_create
#else
struct device *device_create(struct class *class, struct device *parent, dev_t device, const char *format, ...);
#endif

static inline void *dev_get_drvdata(const struct device *device)
{
	return device->driver_data;
}

static inline void dev_set_drvdata(struct device *device, void *data)
{
	device->driver_data = data;
}

static inline const char *dev_name(const struct device *device)
{
	return device->kobj.name;
}

#endif
